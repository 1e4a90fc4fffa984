package dev.latchkey.keys;

import dev.latchkey.kit.runtime.ServiceHost;
import dev.latchkey.kit.runtime.ServiceMain;

/** The key service's process. */
public final class Application {
  private Application() {}

  public static void main(String[] arguments) {
    ServiceMain.run(() -> plan(KeyServiceSettings.read(System.getenv())));
  }

  /** What is started for the given settings. */
  public static ServiceHost.Plan plan(KeyServiceSettings settings) {
    return new ServiceHost.Plan(
        "key-service",
        settings.grpc(),
        settings.operations(),
        settings.database(),
        settings.server(),
        settings,
        settings.trust(),
        settings.usage(),
        settings.feed(),
        settings.standby());
  }
}
