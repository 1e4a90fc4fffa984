package dev.latchkey.harness.kit;

import dev.latchkey.harness.platform.Clients;
import dev.latchkey.harness.platform.Platform;
import dev.latchkey.harness.platform.Service;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Starts the shared platform with the first test that asks for it; it ends with the last. */
final class SharedPlatform implements ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(SharedPlatform.class);

  private static final Map<Class<?>, Function<Platform, Object>> PARTS =
      Map.of(
          Platform.class, platform -> platform,
          Clients.class, Platform::operator,
          Tenants.class, platform -> new Tenants(platform.operator()),
          Edge.class, platform -> new Edge(platform.edgeUrl()));

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
    return PARTS.containsKey(parameter.getParameter().getType());
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
    // The root's store closes what it holds when all tests have run.
    Platform platform =
        test.getRoot()
            .getStore(NAMESPACE)
            .getOrComputeIfAbsent(Held.class, key -> Held.start(), Held.class)
            .platform();
    Function<Platform, Object> part = PARTS.get(parameter.getParameter().getType());
    if (part == null) {
      throw new ParameterResolutionException("no such part: " + parameter.getParameter());
    }
    return part.apply(platform);
  }

  /** A platform that ends with the store it is in. */
  private record Held(Platform platform) implements AutoCloseable {
    static Held start() {
      return new Held(Platform.start(Platform.QUICK_START, Service.values()));
    }

    @Override
    public void close() {
      platform.close();
    }
  }
}
