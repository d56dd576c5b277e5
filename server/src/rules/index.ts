import type { Rule } from '../core/rule.js'
import anyExtendedKeyUsage from './certificate/any-extended-key-usage.js'
import certificateExpired from './certificate/certificate-expired.js'
import certificateExpiresSoon from './certificate/certificate-expires-soon.js'
import certificateNotYetValid from './certificate/certificate-not-yet-valid.js'
import invalidSpiffeId from './certificate/invalid-spiffe-id.js'
import issuerNotACa from './certificate/issuer-not-a-ca.js'
import lifetimeTooLong from './certificate/lifetime-too-long.js'
import missingClientAuth from './certificate/missing-client-auth.js'
import missingDigitalSignature from './certificate/missing-digital-signature.js'
import missingServerAuth from './certificate/missing-server-auth.js'
import missingSubjectAlternativeName from './certificate/missing-subject-alternative-name.js'
import publicCaClientCertificate from './certificate/public-ca-client-certificate.js'
import weakKey from './certificate/weak-key.js'
import weakSignature from './certificate/weak-signature.js'
import chainOutOfOrder from './chain/chain-out-of-order.js'
import crlExpired from './chain/crl-expired.js'
import endEntityInTrustBundle from './chain/end-entity-in-trust-bundle.js'
import expiredTrustAnchor from './chain/expired-trust-anchor.js'
import incompleteCrl from './chain/incomplete-crl.js'
import incompleteTrustBundle from './chain/incomplete-trust-bundle.js'
import issuerKeyMismatch from './chain/issuer-key-mismatch.js'
import missingIntermediate from './chain/missing-intermediate.js'
import nameConstraintViolated from './chain/name-constraint-violated.js'
import pathLengthExceeded from './chain/path-length-exceeded.js'
import revokedCertificate from './chain/revoked-certificate.js'
import sameNameTrustAnchors from './chain/same-name-trust-anchors.js'
import trustAnchorInChain from './chain/trust-anchor-in-chain.js'
import unintendedTrustAnchor from './chain/unintended-trust-anchor.js'
import unrelatedCertificate from './chain/unrelated-certificate.js'
import clientCertificateMissing from './connection/client-certificate-missing.js'
import issuerNotTrustedByPeer from './connection/issuer-not-trusted-by-peer.js'
import nameNotAcceptedByPeer from './connection/name-not-accepted-by-peer.js'
import noCommonTlsVersion from './connection/no-common-tls-version.js'
import plaintextToTls from './connection/plaintext-to-tls.js'
import tlsToPlaintext from './connection/tls-to-plaintext.js'
import ambiguousVerifyResult from './endpoint/ambiguous-verify-result.js'
import certificateErrorForgiven from './endpoint/certificate-error-forgiven.js'
import clientCaNotEnforced from './endpoint/client-ca-not-enforced.js'
import clientVerificationOptional from './endpoint/client-verification-optional.js'
import clientVerificationWithoutCa from './endpoint/client-verification-without-ca.js'
import conflictingSettings from './endpoint/conflicting-settings.js'
import defaultNameUnverified from './endpoint/default-name-unverified.js'
import directiveNotAllowedHere from './endpoint/directive-not-allowed-here.js'
import droppedInheritedValues from './endpoint/dropped-inherited-values.js'
import duplicateSetting from './endpoint/duplicate-setting.js'
import fileNotFound from './endpoint/file-not-found.js'
import ineffectiveSetting from './endpoint/ineffective-setting.js'
import invalidValue from './endpoint/invalid-value.js'
import invertedGuard from './endpoint/inverted-guard.js'
import missingCertificate from './endpoint/missing-certificate.js'
import mixedClientVerification from './endpoint/mixed-client-verification.js'
import obsoleteTlsVersion from './endpoint/obsolete-tls-version.js'
import peerNotVerified from './endpoint/peer-not-verified.js'
import plainListenerBesideMtls from './endpoint/plain-listener-beside-mtls.js'
import privateKeyEncrypted from './endpoint/private-key-encrypted.js'
import sanDoesNotMatch from './endpoint/san-does-not-match.js'
import sharedUpstreamSession from './endpoint/shared-upstream-session.js'
import spoofableIdentityHeader from './endpoint/spoofable-identity-header.js'
import syntaxError from './endpoint/syntax-error.js'
import tlsNotEnabled from './endpoint/tls-not-enabled.js'
import unreachableGuard from './endpoint/unreachable-guard.js'
import upstreamNameNotVerified from './endpoint/upstream-name-not-verified.js'
import upstreamSniMissing from './endpoint/upstream-sni-missing.js'
import upstreamVerificationWithoutCa from './endpoint/upstream-verification-without-ca.js'
import verifyDepthTooSmall from './endpoint/verify-depth-too-small.js'
import weakCipher from './endpoint/weak-cipher.js'
import wrongFileKind from './endpoint/wrong-file-kind.js'
import duplicateCertificate from './file/duplicate-certificate.js'
import keyDoesNotMatchCertificate from './file/key-does-not-match-certificate.js'
import malformedCertificate from './file/malformed-certificate.js'
import malformedPem from './file/malformed-pem.js'
import privateKeyInTrustBundle from './file/private-key-in-trust-bundle.js'
import privateKeyReadable from './file/private-key-readable.js'
import wrongPemLabel from './file/wrong-pem-label.js'
import certificateRequestUsages from './mesh/certificate-request-usages.js'
import conflictingMtls from './mesh/conflicting-mtls.js'
import disabledMtls from './mesh/disabled-mtls.js'
import doubleTls from './mesh/double-tls.js'
import gatewayCredential from './mesh/gateway-credential.js'
import identityIssuer from './mesh/identity-issuer.js'
import ineffectivePortMtls from './mesh/ineffective-port-mtls.js'
import permissiveMtls from './mesh/permissive-mtls.js'
import principalWithoutMtls from './mesh/principal-without-mtls.js'
import renewalWindow from './mesh/renewal-window.js'
import secretShape from './mesh/secret-shape.js'

/** One line a rule. */
export const rules: readonly Rule[] = [
  // Files and PEM.
  duplicateCertificate,
  keyDoesNotMatchCertificate,
  malformedCertificate,
  malformedPem,
  privateKeyInTrustBundle,
  privateKeyReadable,
  wrongPemLabel,
  // One certificate.
  anyExtendedKeyUsage,
  certificateExpired,
  certificateExpiresSoon,
  certificateNotYetValid,
  invalidSpiffeId,
  issuerNotACa,
  lifetimeTooLong,
  missingClientAuth,
  missingDigitalSignature,
  missingServerAuth,
  missingSubjectAlternativeName,
  publicCaClientCertificate,
  weakKey,
  weakSignature,
  // Chains and trust bundles.
  chainOutOfOrder,
  crlExpired,
  endEntityInTrustBundle,
  expiredTrustAnchor,
  incompleteCrl,
  incompleteTrustBundle,
  issuerKeyMismatch,
  missingIntermediate,
  nameConstraintViolated,
  pathLengthExceeded,
  revokedCertificate,
  sameNameTrustAnchors,
  trustAnchorInChain,
  unintendedTrustAnchor,
  unrelatedCertificate,
  // What an endpoint does with its peers.
  ambiguousVerifyResult,
  certificateErrorForgiven,
  clientCaNotEnforced,
  clientVerificationOptional,
  clientVerificationWithoutCa,
  conflictingSettings,
  defaultNameUnverified,
  directiveNotAllowedHere,
  droppedInheritedValues,
  duplicateSetting,
  fileNotFound,
  ineffectiveSetting,
  invalidValue,
  invertedGuard,
  missingCertificate,
  mixedClientVerification,
  obsoleteTlsVersion,
  peerNotVerified,
  plainListenerBesideMtls,
  privateKeyEncrypted,
  sanDoesNotMatch,
  sharedUpstreamSession,
  spoofableIdentityHeader,
  syntaxError,
  tlsNotEnabled,
  unreachableGuard,
  upstreamNameNotVerified,
  upstreamSniMissing,
  upstreamVerificationWithoutCa,
  verifyDepthTooSmall,
  weakCipher,
  wrongFileKind,
  // A client meets a server.
  clientCertificateMissing,
  issuerNotTrustedByPeer,
  nameNotAcceptedByPeer,
  noCommonTlsVersion,
  plaintextToTls,
  tlsToPlaintext,
  // Meshes, and the secrets in them.
  certificateRequestUsages,
  conflictingMtls,
  disabledMtls,
  doubleTls,
  gatewayCredential,
  identityIssuer,
  ineffectivePortMtls,
  permissiveMtls,
  principalWithoutMtls,
  renewalWindow,
  secretShape
]
