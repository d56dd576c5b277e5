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

const light =
  '--ground:#fff;--text:#1f2328;--faint:#59636e;--body:#f6f8fa;--frame:#eef1f4;--edge:#818b98;--accepted:#1a7f37;--rejected:#cf222e;--unknown:#59636e;--plaintext:#9a6700;--presents:#0969da;--trusts:#8250df'
const dark =
  '--ground:#0d1117;--text:#e6edf3;--faint:#9198a1;--body:#1c222b;--frame:#151b23;--edge:#656c76;--accepted:#3fb950;--rejected:#f85149;--unknown:#9198a1;--plaintext:#d29922;--presents:#4493f8;--trusts:#ab7df8'

const style = `
svg{${light};font-family:system-ui,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;font-size:11.5px}
@media (prefers-color-scheme:dark){svg{${dark}}}
.ground{fill:var(--ground)}
text{fill:var(--text)}
.frame{fill:var(--frame);stroke:none}
.path,.caption,.note,.meaning,.reason{fill:var(--faint)}
.body{fill:var(--body);stroke:var(--edge)}
.elsewhere .body{stroke-dasharray:3 3}
.icon{fill:none;stroke:var(--faint);stroke-width:1.4;stroke-linecap:round;stroke-linejoin:round}
.label{font-size:13px;font-weight:600}
.detail{fill:var(--faint)}
.detail.warning{fill:var(--plaintext);font-weight:600}
.port{fill:var(--faint)}
.tie{color:var(--faint)}
.line{fill:none;stroke:currentColor;stroke-width:1.4}
.head{fill:currentColor;stroke:currentColor;stroke-linejoin:round}
.reach{fill:none;stroke:none}
.presents{color:var(--presents)}
.trusts{color:var(--trusts)}
.trusts .line{stroke-dasharray:6 3}
.trusts .head{fill:var(--ground)}
.vain .line{stroke-dasharray:1.5 4}
.issued .line{stroke-width:1.2}
.connects .line{stroke-width:2.2}
.accepted{color:var(--accepted)}
.rejected{color:var(--rejected)}
.rejected .line{stroke-dasharray:9 4}
.unknown{color:var(--unknown)}
.unknown .line{stroke-dasharray:2 4}
.plaintext{color:var(--plaintext)}
.plaintext .line{stroke-dasharray:11 3 2 3}
.pill{fill:var(--ground);stroke:currentColor;stroke-width:1.6}
.mark{fill:currentColor}
.sign{fill:var(--ground);font-weight:700;text-anchor:middle}
.verdict{fill:var(--text);font-weight:600}
`
