package dev.latchkey.kit.access;

import dev.latchkey.kit.secret.Secret;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Finds out whose key came with a management call. May wait. */
@FunctionalInterface
public interface CallerAuthenticator {
  /**
   * The caller behind a credential.
   *
   * @param client the other end of the connection, for keys that may be used from some networks
   *     only; null where it is not known
   * @throws dev.latchkey.kit.errors.ApiException {@code CREDENTIAL_INVALID} for a key that opens
   *     nothing, {@code CREDENTIAL_DENIED} for one that its tenancy stops, {@code UNAVAILABLE} when
   *     that cannot be decided now
   */
  Caller authenticate(Secret credential, @Nullable InetAddress client);
}
