import { clusterDomain } from './defaults.js'

/** What a host of a DestinationRule stands for. */
export type HostReach =
  | { readonly kind: 'service'; readonly service: string; readonly namespace: string }
  | { readonly kind: 'namespace'; readonly namespace: string }
  | { readonly kind: 'mesh' }
  /** Somewhere else, or nowhere: only a name without any dot is completed. */
  | { readonly kind: 'other' }

export function reachOf(host: string, namespace: string | undefined): HostReach {
  if (/^\*(?:\.(?:svc\.)?cluster)?\.local$|^\*$/.test(host)) return { kind: 'mesh' }
  if (!host.includes('.') && !host.includes('*')) {
    return namespace === undefined || host === '' ? { kind: 'other' } : { kind: 'service', service: host, namespace }
  }
  const [first, second, ...rest] = host.split('.')
  if (rest.join('.') !== clusterDomain || !first || !second || second.includes('*')) return { kind: 'other' }
  if (first === '*') return { kind: 'namespace', namespace: second }
  return first.includes('*') ? { kind: 'other' } : { kind: 'service', service: first, namespace: second }
}

/** The whole name of a host as Istio would complete it; as written where it does not. */
export function fullName(host: string, namespace: string | undefined): string {
  const reach = reachOf(host, namespace)
  return reach.kind === 'service' && reach.namespace !== '' ? `${reach.service}.${reach.namespace}.${clusterDomain}` : host
}
