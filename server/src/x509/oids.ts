/** Object identifiers and what people call them. Names are those that OpenSSL prints, which users find in other tools too. */

export const oids = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  issuerAltName: '2.5.29.18',
  basicConstraints: '2.5.29.19',
  crlNumber: '2.5.29.20',
  crlReason: '2.5.29.21',
  invalidityDate: '2.5.29.24',
  deltaCrlIndicator: '2.5.29.27',
  issuingDistributionPoint: '2.5.29.28',
  certificateIssuer: '2.5.29.29',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  anyPolicy: '2.5.29.32.0',
  policyMappings: '2.5.29.33',
  authorityKeyIdentifier: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  anyExtendedKeyUsage: '2.5.29.37.0',
  freshestCrl: '2.5.29.46',
  inhibitAnyPolicy: '2.5.29.54',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  tlsFeature: '1.3.6.1.5.5.7.1.24',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  ocsp: '1.3.6.1.5.5.7.48.1',
  caIssuers: '1.3.6.1.5.5.7.48.2',
  timestamps: '1.3.6.1.4.1.11129.2.4.2',
  precertificatePoison: '1.3.6.1.4.1.11129.2.4.3',
  netscapeCertificateType: '2.16.840.1.113730.1.1',
  rsaEncryption: '1.2.840.113549.1.1.1',
  rsaPss: '1.2.840.113549.1.1.10',
  mgf1: '1.2.840.113549.1.1.8',
  ecPublicKey: '1.2.840.10045.2.1',
  ed25519: '1.3.101.112',
  ed448: '1.3.101.113',
  signedData: '1.2.840.113549.1.7.2',
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  emailAddress: '1.2.840.113549.1.9.1',
  extensionRequest: '1.2.840.113549.1.9.14'
} as const

/** Attribute types of Names. */
export const attributeNames: ReadonlyMap<string, string> = new Map([
  ['2.5.4.3', 'CN'],
  ['2.5.4.4', 'SN'],
  ['2.5.4.5', 'serialNumber'],
  ['2.5.4.6', 'C'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.9', 'street'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.12', 'title'],
  ['2.5.4.13', 'description'],
  ['2.5.4.15', 'businessCategory'],
  ['2.5.4.16', 'postalAddress'],
  ['2.5.4.17', 'postalCode'],
  ['2.5.4.18', 'postOfficeBox'],
  ['2.5.4.20', 'telephoneNumber'],
  ['2.5.4.41', 'name'],
  ['2.5.4.42', 'GN'],
  ['2.5.4.43', 'initials'],
  ['2.5.4.44', 'generationQualifier'],
  ['2.5.4.45', 'x500UniqueIdentifier'],
  ['2.5.4.46', 'dnQualifier'],
  ['2.5.4.65', 'pseudonym'],
  ['2.5.4.97', 'organizationIdentifier'],
  ['0.9.2342.19200300.100.1.1', 'UID'],
  ['0.9.2342.19200300.100.1.25', 'DC'],
  ['1.2.840.113549.1.9.1', 'emailAddress'],
  ['1.2.840.113549.1.9.2', 'unstructuredName'],
  ['1.2.840.113549.1.9.8', 'unstructuredAddress'],
  ['1.3.6.1.4.1.311.60.2.1.1', 'jurisdictionL'],
  ['1.3.6.1.4.1.311.60.2.1.2', 'jurisdictionST'],
  ['1.3.6.1.4.1.311.60.2.1.3', 'jurisdictionC']
])

/** Purposes of extended key usage, in the words that RFC 5280 has for them. */
export const purposeNames: ReadonlyMap<string, string> = new Map([
  ['2.5.29.37.0', 'anyExtendedKeyUsage'],
  ['1.3.6.1.5.5.7.3.1', 'serverAuth'],
  ['1.3.6.1.5.5.7.3.2', 'clientAuth'],
  ['1.3.6.1.5.5.7.3.3', 'codeSigning'],
  ['1.3.6.1.5.5.7.3.4', 'emailProtection'],
  ['1.3.6.1.5.5.7.3.5', 'ipsecEndSystem'],
  ['1.3.6.1.5.5.7.3.6', 'ipsecTunnel'],
  ['1.3.6.1.5.5.7.3.7', 'ipsecUser'],
  ['1.3.6.1.5.5.7.3.8', 'timeStamping'],
  ['1.3.6.1.5.5.7.3.9', 'OCSPSigning'],
  ['1.3.6.1.5.5.7.3.17', 'ipsecIKE'],
  ['1.3.6.1.5.2.3.4', 'pkInitClientAuth'],
  ['1.3.6.1.5.2.3.5', 'pkInitKDC'],
  ['1.3.6.1.4.1.311.10.3.3', 'msSGC'],
  ['1.3.6.1.4.1.311.10.3.4', 'msEFS'],
  ['1.3.6.1.4.1.311.20.2.2', 'msSmartcardLogin'],
  ['2.16.840.1.113730.4.1', 'nsSGC']
])

export const extensionNames: ReadonlyMap<string, string> = new Map([
  ['2.5.29.9', 'subjectDirectoryAttributes'],
  ['2.5.29.14', 'subjectKeyIdentifier'],
  ['2.5.29.15', 'keyUsage'],
  ['2.5.29.16', 'privateKeyUsagePeriod'],
  ['2.5.29.17', 'subjectAltName'],
  ['2.5.29.18', 'issuerAltName'],
  ['2.5.29.19', 'basicConstraints'],
  ['2.5.29.20', 'cRLNumber'],
  ['2.5.29.21', 'reasonCode'],
  ['2.5.29.24', 'invalidityDate'],
  ['2.5.29.27', 'deltaCRLIndicator'],
  ['2.5.29.28', 'issuingDistributionPoint'],
  ['2.5.29.29', 'certificateIssuer'],
  ['2.5.29.30', 'nameConstraints'],
  ['2.5.29.31', 'cRLDistributionPoints'],
  ['2.5.29.32', 'certificatePolicies'],
  ['2.5.29.33', 'policyMappings'],
  ['2.5.29.35', 'authorityKeyIdentifier'],
  ['2.5.29.36', 'policyConstraints'],
  ['2.5.29.37', 'extKeyUsage'],
  ['2.5.29.46', 'freshestCRL'],
  ['2.5.29.54', 'inhibitAnyPolicy'],
  ['1.3.6.1.5.5.7.1.1', 'authorityInfoAccess'],
  ['1.3.6.1.5.5.7.1.3', 'qcStatements'],
  ['1.3.6.1.5.5.7.1.11', 'subjectInfoAccess'],
  ['1.3.6.1.5.5.7.1.24', 'tlsFeature'],
  ['1.3.6.1.5.5.7.48.1.5', 'ocspNoCheck'],
  ['1.3.6.1.4.1.11129.2.4.2', 'signedCertificateTimestamps'],
  ['1.3.6.1.4.1.11129.2.4.3', 'precertificatePoison'],
  ['1.3.6.1.4.1.311.20.2', 'msCertificateTemplateName'],
  ['1.3.6.1.4.1.311.21.7', 'msCertificateTemplate'],
  ['2.16.840.1.113730.1.1', 'netscapeCertType'],
  ['2.16.840.1.113730.1.13', 'netscapeComment']
])

/** Named curves: the name that people use, and the bits of the field. */
export const curves: ReadonlyMap<string, { readonly name: string; readonly size: number }> = new Map([
  ['1.2.840.10045.3.1.1', { name: 'P-192', size: 192 }],
  ['1.3.132.0.33', { name: 'P-224', size: 224 }],
  ['1.2.840.10045.3.1.7', { name: 'P-256', size: 256 }],
  ['1.3.132.0.34', { name: 'P-384', size: 384 }],
  ['1.3.132.0.35', { name: 'P-521', size: 521 }],
  ['1.3.132.0.9', { name: 'secp160k1', size: 160 }],
  ['1.3.132.0.8', { name: 'secp160r1', size: 160 }],
  ['1.3.132.0.30', { name: 'secp160r2', size: 160 }],
  ['1.3.132.0.31', { name: 'secp192k1', size: 192 }],
  ['1.3.132.0.32', { name: 'secp224k1', size: 224 }],
  ['1.3.132.0.10', { name: 'secp256k1', size: 256 }],
  ['1.3.132.0.15', { name: 'sect163r2', size: 163 }],
  ['1.3.132.0.26', { name: 'sect233k1', size: 233 }],
  ['1.3.132.0.27', { name: 'sect233r1', size: 233 }],
  ['1.3.132.0.16', { name: 'sect283k1', size: 283 }],
  ['1.3.132.0.17', { name: 'sect283r1', size: 283 }],
  ['1.3.132.0.36', { name: 'sect409k1', size: 409 }],
  ['1.3.132.0.37', { name: 'sect409r1', size: 409 }],
  ['1.3.132.0.38', { name: 'sect571k1', size: 571 }],
  ['1.3.132.0.39', { name: 'sect571r1', size: 571 }],
  ['1.3.36.3.3.2.8.1.1.1', { name: 'brainpoolP160r1', size: 160 }],
  ['1.3.36.3.3.2.8.1.1.3', { name: 'brainpoolP192r1', size: 192 }],
  ['1.3.36.3.3.2.8.1.1.5', { name: 'brainpoolP224r1', size: 224 }],
  ['1.3.36.3.3.2.8.1.1.7', { name: 'brainpoolP256r1', size: 256 }],
  ['1.3.36.3.3.2.8.1.1.9', { name: 'brainpoolP320r1', size: 320 }],
  ['1.3.36.3.3.2.8.1.1.11', { name: 'brainpoolP384r1', size: 384 }],
  ['1.3.36.3.3.2.8.1.1.13', { name: 'brainpoolP512r1', size: 512 }],
  ['1.2.156.10197.1.301', { name: 'SM2', size: 256 }]
])

/** Post-quantum keys and signatures share their identifiers (FIPS 203, 204, 205). */
export const postQuantumNames: ReadonlyMap<string, string> = new Map([
  ['2.16.840.1.101.3.4.3.17', 'ML-DSA-44'],
  ['2.16.840.1.101.3.4.3.18', 'ML-DSA-65'],
  ['2.16.840.1.101.3.4.3.19', 'ML-DSA-87'],
  ['2.16.840.1.101.3.4.4.1', 'ML-KEM-512'],
  ['2.16.840.1.101.3.4.4.2', 'ML-KEM-768'],
  ['2.16.840.1.101.3.4.4.3', 'ML-KEM-1024'],
  ['2.16.840.1.101.3.4.3.20', 'SLH-DSA-SHA2-128s'],
  ['2.16.840.1.101.3.4.3.21', 'SLH-DSA-SHA2-128f'],
  ['2.16.840.1.101.3.4.3.22', 'SLH-DSA-SHA2-192s'],
  ['2.16.840.1.101.3.4.3.23', 'SLH-DSA-SHA2-192f'],
  ['2.16.840.1.101.3.4.3.24', 'SLH-DSA-SHA2-256s'],
  ['2.16.840.1.101.3.4.3.25', 'SLH-DSA-SHA2-256f'],
  ['2.16.840.1.101.3.4.3.26', 'SLH-DSA-SHAKE-128s'],
  ['2.16.840.1.101.3.4.3.27', 'SLH-DSA-SHAKE-128f'],
  ['2.16.840.1.101.3.4.3.28', 'SLH-DSA-SHAKE-192s'],
  ['2.16.840.1.101.3.4.3.29', 'SLH-DSA-SHAKE-192f'],
  ['2.16.840.1.101.3.4.3.30', 'SLH-DSA-SHAKE-256s'],
  ['2.16.840.1.101.3.4.3.31', 'SLH-DSA-SHAKE-256f']
])

export type Hash = 'MD2' | 'MD5' | 'SHA-1' | 'SHA-224' | 'SHA-256' | 'SHA-384' | 'SHA-512'

/** How a signature algorithm is verified. `undefined` hash: none beside the algorithm's own, or not one of ours. */
export interface SignatureScheme {
  readonly name: string
  readonly key: 'RSA' | 'RSA-PSS' | 'EC' | 'Ed25519' | 'Ed448' | 'DSA'
  readonly hash?: Hash
}

const scheme = (name: string, key: SignatureScheme['key'], hash?: Hash): SignatureScheme => ({ name, key, ...(hash && { hash }) })

export const signatureSchemes: ReadonlyMap<string, SignatureScheme> = new Map([
  ['1.2.840.113549.1.1.2', scheme('md2WithRSAEncryption', 'RSA', 'MD2')],
  ['1.2.840.113549.1.1.4', scheme('md5WithRSAEncryption', 'RSA', 'MD5')],
  ['1.2.840.113549.1.1.5', scheme('sha1WithRSAEncryption', 'RSA', 'SHA-1')],
  ['1.3.14.3.2.29', scheme('sha1WithRSA', 'RSA', 'SHA-1')],
  ['1.2.840.113549.1.1.14', scheme('sha224WithRSAEncryption', 'RSA', 'SHA-224')],
  ['1.2.840.113549.1.1.11', scheme('sha256WithRSAEncryption', 'RSA', 'SHA-256')],
  ['1.2.840.113549.1.1.12', scheme('sha384WithRSAEncryption', 'RSA', 'SHA-384')],
  ['1.2.840.113549.1.1.13', scheme('sha512WithRSAEncryption', 'RSA', 'SHA-512')],
  ['1.2.840.113549.1.1.10', scheme('rsassaPss', 'RSA-PSS')],
  ['1.2.840.10045.4.1', scheme('ecdsa-with-SHA1', 'EC', 'SHA-1')],
  ['1.2.840.10045.4.3.1', scheme('ecdsa-with-SHA224', 'EC', 'SHA-224')],
  ['1.2.840.10045.4.3.2', scheme('ecdsa-with-SHA256', 'EC', 'SHA-256')],
  ['1.2.840.10045.4.3.3', scheme('ecdsa-with-SHA384', 'EC', 'SHA-384')],
  ['1.2.840.10045.4.3.4', scheme('ecdsa-with-SHA512', 'EC', 'SHA-512')],
  ['1.3.101.112', scheme('Ed25519', 'Ed25519')],
  ['1.3.101.113', scheme('Ed448', 'Ed448')],
  ['1.2.840.10040.4.3', scheme('dsaWithSHA1', 'DSA', 'SHA-1')],
  ['2.16.840.1.101.3.4.3.1', scheme('dsa_with_SHA224', 'DSA', 'SHA-224')],
  ['2.16.840.1.101.3.4.3.2', scheme('dsa_with_SHA256', 'DSA', 'SHA-256')],
  ['2.16.840.1.101.3.4.3.3', scheme('dsa_with_SHA384', 'DSA', 'SHA-384')],
  ['2.16.840.1.101.3.4.3.4', scheme('dsa_with_SHA512', 'DSA', 'SHA-512')]
])

export const hashes: ReadonlyMap<string, Hash> = new Map([
  ['1.2.840.113549.2.2', 'MD2'],
  ['1.2.840.113549.2.5', 'MD5'],
  ['1.3.14.3.2.26', 'SHA-1'],
  ['2.16.840.1.101.3.4.2.4', 'SHA-224'],
  ['2.16.840.1.101.3.4.2.1', 'SHA-256'],
  ['2.16.840.1.101.3.4.2.2', 'SHA-384'],
  ['2.16.840.1.101.3.4.2.3', 'SHA-512']
])
