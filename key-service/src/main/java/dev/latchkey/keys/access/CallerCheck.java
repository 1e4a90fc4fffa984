package dev.latchkey.keys.access;

import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.secret.Secret;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Looks again at whose key a long call came with. May wait. */
@FunctionalInterface
public interface CallerCheck {
  /**
   * The caller as it is now. Not a use of the key: nothing is counted, and nothing is taken from
   * its limits.
   *
   * @throws dev.latchkey.kit.errors.ApiException if the key is not good any more
   */
  Caller recheck(Secret credential, @Nullable InetAddress client);
}
