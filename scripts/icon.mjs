/** Draws `images/icon.png`, the picture of the extension: a lens over two links of a chain. */
import { writeFileSync } from 'node:fs'
import { crc32, deflateSync } from 'node:zlib'

const size = 128
const samples = 4 // in each direction, for smooth edges

const background = [24, 48, 74]
const glass = [36, 70, 104]
const rim = [240, 246, 252]
const link = [88, 214, 141]
const broken = [255, 159, 67]

/** The color at a point of a square whose sides are 128 long; nothing outside the rounded corners. */
function colorAt(x, y) {
  if (!insideRoundedSquare(x, y, 26)) return
  if (onSegment(x, y, [87, 87], [110, 110], 7)) return rim
  const fromCenter = Math.hypot(x - 56, y - 56)
  if (fromCenter > 44) return background
  if (fromCenter > 37) return rim
  if (onLink(x, y, [46, 66])) return link
  if (onLink(x, y, [68, 44])) return broken
  return glass
}

function insideRoundedSquare(x, y, radius) {
  const beyond = at => Math.max(radius - at, at - (size - radius), 0)
  return Math.hypot(beyond(x), beyond(y)) <= radius
}

/** A link is an outline of a stadium along the rising diagonal. */
function onLink(x, y, [cx, cy]) {
  const distance = distanceToSegment(x, y, [cx - 5, cy + 5], [cx + 5, cy - 5])
  return distance > 7.5 && distance < 13
}

const onSegment = (x, y, from, to, width) => distanceToSegment(x, y, from, to) <= width

function distanceToSegment(x, y, [ax, ay], [bx, by]) {
  const along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)
  const part = Math.min(Math.max(along, 0), 1)
  return Math.hypot(x - ax - part * (bx - ax), y - ay - part * (by - ay))
}

function pixel(column, row) {
  const hits = []
  for (let i = 0; i < samples ** 2; i++) {
    const color = colorAt(column + ((i % samples) + 0.5) / samples, row + (Math.floor(i / samples) + 0.5) / samples)
    if (color) hits.push(color)
  }
  const mean = channel => Math.round(hits.reduce((sum, color) => sum + color[channel], 0) / (hits.length || 1))
  return [mean(0), mean(1), mean(2), Math.round((255 * hits.length) / samples ** 2)]
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}

const header = Buffer.alloc(13)
header.writeUInt32BE(size, 0)
header.writeUInt32BE(size, 4)
header.set([8, 6, 0, 0, 0], 8) // 8 bits, RGBA
const rows = Array.from({ length: size }, (_, row) => [0, ...Array.from({ length: size }, (_, column) => pixel(column, row)).flat()])
const png = [
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  chunk('IHDR', header),
  chunk('IDAT', deflateSync(Buffer.from(rows.flat()), { level: 9 })),
  chunk('IEND', Buffer.alloc(0))
]
writeFileSync(new URL('../images/icon.png', import.meta.url), Buffer.concat(png))
