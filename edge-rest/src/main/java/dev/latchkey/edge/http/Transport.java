package dev.latchkey.edge.http;

import dev.latchkey.kit.net.Connections;
import dev.latchkey.kit.tls.Tls;
import io.netty.channel.Channel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * What the edge does with a connection before a byte is read: counts it, and puts TLS in front. The
 * framework sees plain HTTP/1.1 behind it; its own TLS cannot take a new certificate while it runs.
 */
public final class Transport {
  private static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(10);

  private final Optional<SslContext> tls;
  private final Connections connections;
  private final RequestTimes times;

  /**
   * @param identity the certificate to show, which may change; none for plain text
   * @param clients which certificates a client may show, and must show one of; none: clients are
   *     not asked
   * @param connections counts the connections, and bounds them
   * @param times how long clients may take for their requests
   */
  public Transport(
      Optional<X509ExtendedKeyManager> identity,
      Optional<X509ExtendedTrustManager> clients,
      Connections connections,
      RequestTimes times) {
    this.tls = identity.map(shown -> context(shown, clients));
    this.connections = connections;
    this.times = times;
  }

  private static SslContext context(
      X509ExtendedKeyManager identity, Optional<X509ExtendedTrustManager> clients) {
    try {
      SslContextBuilder builder =
          SslContextBuilder.forServer(identity).protocols("TLSv1.3", "TLSv1.2");
      clients.ifPresent(
          trust ->
              builder
                  .trustManager(trust)
                  .clientAuth(ClientAuth.REQUIRE)
                  .sessionTimeout(Tls.SESSION_TIMEOUT));
      return builder.build();
    } catch (SSLException e) {
      throw new IllegalStateException("TLS cannot be set up", e);
    }
  }

  RequestTimes times() {
    return times;
  }

  /** Takes in a new connection, or closes it when there are too many. */
  void accept(Channel connection) {
    if (!connections.tryOpen()) {
      var _ = connection.close();
      return;
    }
    var _ = connection.closeFuture().addListener(_ -> connections.closed());
    tls.ifPresent(
        context -> {
          SslHandler handler = context.newHandler(connection.alloc());
          handler.setHandshakeTimeoutMillis(HANDSHAKE_LIMIT.toMillis());
          connection.pipeline().addFirst("tls", handler);
        });
  }
}
