/** The picture as a file of its own: nothing in it runs or is loaded, and it is legible on light and dark ground. */
import { layOut } from './layout.js'
import type { TrustMap } from './map.js'
import { draw, type Shape } from './picture.js'
import { description, summaryOf } from './words.js'

export function drawSvg(map: TrustMap, shown: (path: string) => string): string {
  const { width, height, shapes } = draw(map, layOut(map, shown))
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="trust-map-title trust-map-description">
<title id="trust-map-title">${escaped(`Trust Map: ${summaryOf(map)}`)}</title>
<desc id="trust-map-description">${escaped(description(map))}</desc>
<style>${style}</style>
<rect class="ground" width="100%" height="100%"/>
${shapes.map(written).join('\n')}
</svg>
`
}

function written({ tag, attributes, children }: Shape): string {
  const start = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
  const inside = children.map(it => (typeof it === 'string' ? escaped(it) : written(it))).join('')
  return inside === '' ? `<${tag}${start.join('')}/>` : `<${tag}${start.join('')}>${inside}</${tag}>`
}

/** XML has no place at all for most control characters and for halves of surrogate pairs. */
const escaped = (text: string): string =>
  text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd').replace(/[&<>"']/g, it => `&#${it.charCodeAt(0)};`)

interface Palette {
  readonly ground: string
  readonly text: string
  readonly faint: string
  readonly body: string
  readonly frame: string
  readonly edge: string
  readonly accepted: string
  readonly rejected: string
  readonly plaintext: string
  readonly presents: string
  readonly trusts: string
}

const light: Palette = {
  ground: '#fff',
  text: '#1f2328',
  faint: '#59636e',
  body: '#f6f8fa',
  frame: '#eef1f4',
  edge: '#818b98',
  accepted: '#1a7f37',
  rejected: '#cf222e',
  plaintext: '#9a6700',
  presents: '#0969da',
  trusts: '#8250df'
}

const dark: Palette = {
  ground: '#0d1117',
  text: '#e6edf3',
  faint: '#9198a1',
  body: '#1c222b',
  frame: '#151b23',
  edge: '#656c76',
  accepted: '#3fb950',
  rejected: '#f85149',
  plaintext: '#d29922',
  presents: '#4493f8',
  trusts: '#ab7df8'
}

const forms = `
svg{font-family:system-ui,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;font-size:11.5px}
.frame,.reach{stroke:none}
.elsewhere .body{stroke-dasharray:3 3}
.icon{fill:none;stroke-width:1.4;stroke-linecap:round;stroke-linejoin:round}
.label{font-size:13px;font-weight:600}
.detail.warning,.verdict{font-weight:600}
.line,.reach{fill:none}
.line{stroke:currentColor;stroke-width:1.4}
.head{fill:currentColor;stroke:currentColor;stroke-linejoin:round}
.trusts .line{stroke-dasharray:6 3}
.vain .line{stroke-dasharray:1.5 4}
.issued .line{stroke-width:1.2}
.connects .line{stroke-width:2.2}
.rejected .line{stroke-dasharray:9 4}
.unknown .line{stroke-dasharray:2 4}
.plaintext .line{stroke-dasharray:11 3 2 3}
.pill{stroke:currentColor;stroke-width:1.6}
.mark{fill:currentColor}
.sign{font-weight:700;text-anchor:middle}`

/** Written out, since not every program that shows SVG knows of variables. */
const colours = (it: Palette): string => `
.ground,.pill,.sign,.trusts .head{fill:${it.ground}}
text,.verdict{fill:${it.text}}
.frame{fill:${it.frame}}
.path,.caption,.note,.meaning,.reason,.detail,.port{fill:${it.faint}}
.body{fill:${it.body};stroke:${it.edge}}
.icon{stroke:${it.faint}}
.detail.warning{fill:${it.plaintext}}
.tie{color:${it.faint}}
.presents{color:${it.presents}}
.trusts{color:${it.trusts}}
.accepted{color:${it.accepted}}
.rejected{color:${it.rejected}}
.plaintext{color:${it.plaintext}}`

const style = `${forms}${colours(light)}
@media (prefers-color-scheme:dark){${colours(dark)}
}
`
