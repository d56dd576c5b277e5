/** Sizes and places, in pixels. */
export interface Point {
  readonly x: number
  readonly y: number
}

export interface Box extends Point {
  readonly width: number
  readonly height: number
}

export const fontSize = { label: 13, detail: 11.5 } as const
export const padding = { x: 12, y: 8 } as const
export const iconWidth = 20
export const groupPadding = { side: 10, top: 27, bottom: 10 } as const
export const lineHeight = 17

/** The middle of a row; the label is the first. */
export const rowAt = ({ y }: Box, row: number): number => y + padding.y + lineHeight * (row + 0.5) - 1
