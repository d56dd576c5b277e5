/** A picture in a frame that it may be too large for: near and far, moved with the pointer. */
export interface Zoom {
  /** Nearer or farther by this factor; what is at this place of the frame stays there, by default what is in its middle. */
  zoom(factor: number, at?: { readonly x: number; readonly y: number }): void
  /** All of it at once, as far as it stays legible; and again whenever the window changes. */
  fit(): void
}

/** What somebody looked at stays in sight when the picture is drawn anew. */
export interface View {
  /** Absent: as it fits. */
  scale?: number
  left: number
  top: number
}

const least = 0.2
const most = 3
const legible = 0.75
const largest = 1.25

export function makeZoom(frame: HTMLElement, svg: SVGElement, size: { readonly width: number; readonly height: number }, view: View): Zoom {
  let fitted = 1
  let fittedTo = 0

  const resize = (scale: number) => {
    svg.setAttribute('width', String(Math.round(size.width * scale)))
    svg.setAttribute('height', String(Math.round(size.height * scale)))
  }
  const zoom: Zoom['zoom'] = (factor, at = { x: frame.clientWidth / 2, y: frame.clientHeight / 2 }) => {
    const before = view.scale ?? fitted
    const after = Math.min(Math.max(before * factor, least), most)
    const left = ((frame.scrollLeft + at.x) * after) / before - at.x
    const top = ((frame.scrollTop + at.y) * after) / before - at.y
    view.scale = after
    resize(after)
    frame.scrollTo(left, top)
  }
  const fit = () => {
    const room = Number.parseFloat(getComputedStyle(frame).maxHeight)
    fittedTo = frame.clientWidth
    fitted = Math.min((fittedTo - 4) / size.width, Math.max((room - 4) / size.height, legible), largest)
    delete view.scale
    resize(fitted)
    frame.scrollTo(0, 0)
  }

  frame.addEventListener('scroll', () => Object.assign(view, { left: frame.scrollLeft, top: frame.scrollTop }))
  frame.addEventListener('wheel', event => zoomWithWheel(event, frame, zoom), { passive: false })
  panWithPointer(frame)
  // The frame has a size once it is in the page.
  requestAnimationFrame(() => {
    const { scale, left, top } = view
    if (scale === undefined) fit()
    else {
      resize(scale)
      frame.scrollTo(left, top)
    }
    const observer = new ResizeObserver(() => {
      if (!frame.isConnected) observer.disconnect()
      else if (view.scale === undefined && frame.clientWidth !== fittedTo) fit()
    })
    observer.observe(frame)
  })
  return { zoom, fit }
}

/** Pinching on a touchpad comes as the wheel with the Ctrl key. */
function zoomWithWheel(event: WheelEvent, frame: HTMLElement, zoom: Zoom['zoom']): void {
  if (!event.ctrlKey) return
  event.preventDefault()
  const { left, top } = frame.getBoundingClientRect()
  zoom(Math.exp(-event.deltaY / 300), { x: event.clientX - left, y: event.clientY - top })
}

function panWithPointer(frame: HTMLElement): void {
  frame.addEventListener('pointerdown', event => {
    if (event.button !== 0 || (event.target as Element).closest('[data-key]')) return
    const start = { x: event.clientX + frame.scrollLeft, y: event.clientY + frame.scrollTop }
    frame.setPointerCapture(event.pointerId)
    frame.classList.add('panning')
    const move = (it: PointerEvent) => frame.scrollTo(start.x - it.clientX, start.y - it.clientY)
    const end = () => {
      frame.classList.remove('panning')
      frame.removeEventListener('pointermove', move)
      frame.removeEventListener('pointerup', end)
      frame.removeEventListener('pointercancel', end)
    }
    frame.addEventListener('pointermove', move)
    frame.addEventListener('pointerup', end)
    frame.addEventListener('pointercancel', end)
  })
}
