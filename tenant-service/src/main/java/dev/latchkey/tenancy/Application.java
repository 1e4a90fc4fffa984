package dev.latchkey.tenancy;

import dev.latchkey.kit.runtime.ServiceHost;
import dev.latchkey.kit.runtime.ServiceMain;
import dev.latchkey.tenancy.settings.TenantServiceSettings;

/** The tenant service's process. */
public final class Application {
  private Application() {}

  public static void main(String[] arguments) {
    ServiceMain.run(() -> plan(TenantServiceSettings.read(System.getenv())));
  }

  /** What is started for the given settings. */
  public static ServiceHost.Plan plan(TenantServiceSettings settings) {
    return new ServiceHost.Plan(
        "tenant-service",
        settings.grpc(),
        settings.operations(),
        settings.database(),
        settings.server(),
        settings);
  }
}
