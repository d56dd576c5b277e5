import { isResource } from '../kubernetes/detect.js'

export const detect = (_path: string, text: string): boolean => isResource(text) || isMeshConfig(text)

/** Helm's values for Istio, and the settings of a mesh without anything around them. */
export const isMeshConfig = (text: string): boolean => {
  if (
    /^meshConfig[ \t]*:/m.test(text) ||
    /^(?:enableAutoMtls|meshMTLS|trustDomainAliases|defaultDestinationRuleExportTo)[ \t]*:/m.test(text)
  )
    return !/^apiVersion[ \t]*:/m.test(text)
  return false
}
