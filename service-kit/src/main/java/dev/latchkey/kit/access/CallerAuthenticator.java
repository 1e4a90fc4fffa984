package dev.latchkey.kit.access;

import dev.latchkey.kit.secret.Secret;

/** Finds out whose key came with a management call. May wait. */
@FunctionalInterface
public interface CallerAuthenticator {
  /**
   * The caller behind a credential.
   *
   * @throws dev.latchkey.kit.errors.ApiException {@code CREDENTIAL_INVALID} for a key that opens
   *     nothing, {@code CREDENTIAL_DENIED} for one that its tenancy stops, {@code UNAVAILABLE} when
   *     that cannot be decided now
   */
  Caller authenticate(Secret credential);
}
