/** Elements are made, never written: text stays text, whatever stands in it. */
export type Child = Node | string | undefined | false

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  return filled(document.createElement(tag), attributes, children)
}

export function svgElement<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children)
}

/** An attribute that is undefined or false is left out; true stands for an empty one. */
function filled<It extends Element>(it: It, attributes: Attributes, children: readonly Child[]): It {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) it.setAttribute(name, value === true ? '' : String(value))
  }
  it.append(...children.filter(child => child !== undefined && child !== false))
  return it
}
