package dev.latchkey.harness.platform;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** The ports of one platform. They stay the same when a service is started again. */
public final class Ports {
  // Below the range that outgoing connections take theirs from, so that none of them can sit on a
  // service's port while it is down.
  private static final int LOWEST = 20_000;
  private static final int HIGHEST = 32_000;

  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  private final Map<Service, Integer> serving = new EnumMap<>(Service.class);
  private final Map<Service, Integer> operations = new EnumMap<>(Service.class);

  /** Chooses ports that are free now. */
  static Ports choose() {
    Ports ports = new Ports();
    for (Service service : Service.values()) {
      ports.serving.put(service, free());
      ports.operations.put(service, free());
    }
    return ports;
  }

  /**
   * A port that is free now and is given to nobody else in this JVM: many ports are chosen well
   * before anybody listens on them. Safe for use by many threads.
   */
  public static int free() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
      if (isFree(port) && GIVEN.add(port)) {
        return port;
      }
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  int serving(Service service) {
    return serving.getOrDefault(service, 0);
  }

  int operations(Service service) {
    return operations.getOrDefault(service, 0);
  }

  /** {@code host:port} of a service. */
  String target(Service service) {
    return "127.0.0.1:" + serving(service);
  }

  /** The settings that make the services listen on these ports and find each other. */
  Map<String, String> settings() {
    Map<String, String> settings = new java.util.TreeMap<>();
    settings.put("LATCHKEY_HOST", "127.0.0.1");
    for (Service service : Service.values()) {
      settings.put(service.portSetting(), Integer.toString(serving(service)));
      settings.put(service.operationsPortSetting(), Integer.toString(operations(service)));
    }
    settings.put("LATCHKEY_KEY_SERVICE", target(Service.KEY_SERVICE));
    settings.put("LATCHKEY_TENANT_SERVICE", target(Service.TENANT_SERVICE));
    return settings;
  }
}
