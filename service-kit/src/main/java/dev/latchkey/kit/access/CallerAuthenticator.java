package dev.latchkey.kit.access;

import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.access.v1.AccessRule;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whose key came with a management call, and takes 1 from the key's limit {@code
 * management}. May wait.
 */
@FunctionalInterface
public interface CallerAuthenticator {
  /**
   * The caller behind a credential. A key without the scope that the call needs has nothing taken
   * from its limit; {@link ManagementInterceptor} refuses it, if this does not.
   *
   * @param client the other end of the connection, for keys that may be used from some networks
   *     only; null where it is not known
   * @param rule what the call needs
   * @throws dev.latchkey.kit.errors.ApiException {@code CREDENTIAL_INVALID} for a key that opens
   *     nothing, {@code CREDENTIAL_DENIED} for one that its tenancy stops, {@code
   *     INSUFFICIENT_SCOPE} for one without the scope, {@code UNAVAILABLE} when that cannot be
   *     decided now
   */
  Admission admit(Secret credential, @Nullable InetAddress client, AccessRule rule);
}
