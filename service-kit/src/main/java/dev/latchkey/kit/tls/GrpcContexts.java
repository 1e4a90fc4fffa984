package dev.latchkey.kit.tls;

import io.grpc.ChannelCredentials;
import io.grpc.ServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettySslContextChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettySslContextServerCredentials;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;

/**
 * TLS as gRPC's transport takes it: 1.2 and 1.3, with the ciphers that HTTP/2 allows; BoringSSL
 * where the transport has it for the platform, the JDK's otherwise.
 */
final class GrpcContexts {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private GrpcContexts() {}

  /** For a listener; with a trust manager, clients must show a certificate that it accepts. */
  static ServerCredentials server(
      X509ExtendedKeyManager identity, Optional<? extends X509TrustManager> clients) {
    try {
      SslContextBuilder builder =
          GrpcSslContexts.configure(SslContextBuilder.forServer(identity))
              .protocols(PROTOCOLS)
              .sessionTimeout(Tls.SESSION_TIMEOUT);
      clients.ifPresent(trust -> builder.trustManager(trust).clientAuth(ClientAuth.REQUIRE));
      return NettySslContextServerCredentials.create(builder.build());
    } catch (SSLException e) {
      throw new IllegalStateException("TLS cannot be set up", e);
    }
  }

  /** For clients, who show the identity where they are asked for one. */
  static ChannelCredentials client(
      Optional<X509ExtendedKeyManager> identity, X509TrustManager servers) {
    try {
      SslContextBuilder builder =
          GrpcSslContexts.forClient().trustManager(servers).protocols(PROTOCOLS);
      identity.ifPresent(builder::keyManager);
      return NettySslContextChannelCredentials.create(builder.build());
    } catch (SSLException e) {
      throw new IllegalStateException("TLS cannot be set up", e);
    }
  }
}
