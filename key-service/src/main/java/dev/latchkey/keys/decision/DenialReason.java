package dev.latchkey.keys.decision;

/**
 * Why a credential is refused, with the sentence that internal callers read. Outsiders learn less:
 * the edge answers most of these alike.
 */
public enum DenialReason {
  CREDENTIAL_MISSING("no credential was given"),
  MALFORMED("the credential is not the text of a key"),
  UNKNOWN("no key has this text"),
  REVOKED("the key is revoked"),
  EXPIRED("the key has expired"),
  NOT_YET_VALID("the key is not valid yet"),
  DISABLED("the key is disabled"),
  TENANT_DELETED("the key's tenant is deleted or has expired"),
  TENANT_SUSPENDED("the key's tenant is suspended"),
  OWNER_INACTIVE("the key's owner has no role at its node any more"),
  API_ACCESS_DENIED("the organization's plan has no API access"),
  CLIENT_NETWORK_NOT_ALLOWED("the client's address is not in an allowed network"),
  INSUFFICIENT_SCOPE("the key does not cover the scopes that are required"),
  RESOURCE_NOT_GRANTED("the key is not granted the resource"),
  RATE_LIMITED("a limit on the rate of calls is used up"),
  QUOTA_EXHAUSTED("the credits are used up");

  private final String message;

  DenialReason(String message) {
    this.message = message;
  }

  public String message() {
    return message;
  }
}
