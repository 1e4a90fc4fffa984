package dev.latchkey.kit.access;

import dev.latchkey.kit.net.AddressText;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import java.net.InetAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which call is made, and from where.
 *
 * @param action the call, without its package: {@code KeyService.CreateKey}
 * @param peer the other end of the connection; null where the transport has none
 * @param client the address of the client as the peer reports it, taken as claimed; null where it
 *     reports none, or something that is no address
 */
public record CallOrigin(String action, @Nullable InetAddress peer, @Nullable InetAddress client) {
  /** The metadata entry in which a proxy reports the address of its client. */
  public static final Metadata.Key<String> CLIENT_ADDRESS =
      Metadata.Key.of("x-latchkey-client-address", Metadata.ASCII_STRING_MARSHALLER);

  static final Context.Key<CallOrigin> KEY = Context.key("latchkey-call-origin");

  static CallOrigin of(ServerCall<?, ?> call, Metadata headers) {
    return new CallOrigin(
        action(call.getMethodDescriptor()),
        Peers.address(call),
        Optional.ofNullable(headers.get(CLIENT_ADDRESS)).flatMap(AddressText::parse).orElse(null));
  }

  private static String action(MethodDescriptor<?, ?> method) {
    String fullName = method.getFullMethodName();
    int callSeparator = fullName.lastIndexOf('/');
    int packageEnd = fullName.lastIndexOf('.', callSeparator);
    return fullName.substring(packageEnd + 1).replace('/', '.');
  }

  /** The origin of the call this thread works on; empty outside of one. */
  public static Optional<CallOrigin> current() {
    return Optional.ofNullable(KEY.get());
  }
}
