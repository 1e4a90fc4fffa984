package dev.latchkey.kit.balancing;

import com.google.common.net.HostAndPort;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the resolver of targets that are lists of nodes: {@code latchkey:///a:1,b:2}. */
final class NodesResolverProvider extends NameResolverProvider {
  private static final String SCHEME = "latchkey";

  static String target(String nodes) {
    return SCHEME + ":///" + URLEncoder.encode(nodes, StandardCharsets.UTF_8);
  }

  @Override
  public String getDefaultScheme() {
    return SCHEME;
  }

  @Override
  protected boolean isAvailable() {
    return true;
  }

  @Override
  protected int priority() {
    // Below DNS: gRPC takes the highest for targets that name no scheme.
    return 1;
  }

  @Override
  public @Nullable NameResolver newNameResolver(URI target, NameResolver.Args args) {
    if (!SCHEME.equals(target.getScheme())) {
      return null;
    }
    List<HostAndPort> nodes =
        Arrays.stream(target.getPath().substring(1).split(",", -1))
            .map(HostAndPort::fromString)
            .toList();
    return new NodesResolver(nodes, args);
  }
}
