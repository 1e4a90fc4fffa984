package dev.latchkey.kit.tls;

import java.util.Optional;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * What a client that is not gRPC's connects with, kept in step with the files: what is there when a
 * connection is made holds for it. Safe for use by many threads.
 *
 * @param identity what is shown to a server that asks; none: nothing
 * @param servers which servers are believed, for the host that is called; none: those that the JVM
 *     believes
 */
public record ClientTls(
    Optional<X509ExtendedKeyManager> identity, Optional<X509ExtendedTrustManager> servers) {
  /** Nothing to show, and whom the JVM believes. */
  public static final ClientTls NONE = new ClientTls(Optional.empty(), Optional.empty());
}
