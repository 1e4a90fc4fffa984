package dev.latchkey.edge;

import dev.latchkey.kit.runtime.ServiceMain;

/** The edge's process. */
public final class Application {
  private Application() {}

  public static void main(String[] arguments) {
    ServiceMain.run(() -> EdgeSettings.read(System.getenv()), EdgeServer::start);
  }
}
