package dev.latchkey.harness.fleet;

import dev.latchkey.harness.platform.Platform;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What a {@link Fleet} consists of. Two that are equal can share one.
 *
 * @param keyServices how many nodes, 1 or more
 * @param tenantServices how many nodes, 1 or more
 * @param edges how many, 0 or more
 * @param standby whether the database has a synchronous streaming standby
 * @param redis whether there is a Redis
 * @param jvmArguments of every node
 * @param settings of every node, {@code LATCHKEY_…}
 * @param settingsOf of single nodes, over those of all; any variable of the environment
 * @param databaseDisk megabytes of a file system of its own that the first database server keeps
 *     its data on; empty for inside the fleet's folder
 */
public record Deployment(
    int keyServices,
    int tenantServices,
    int edges,
    boolean standby,
    boolean redis,
    List<String> jvmArguments,
    Map<String, String> settings,
    Map<Party, Map<String, String>> settingsOf,
    OptionalInt databaseDisk) {

  public Deployment {
    if (keyServices < 1 || tenantServices < 1 || edges < 0) {
      throw new IllegalArgumentException(
          "%d, %d, %d (expected: 1 or more, 1 or more, 0 or more)"
              .formatted(keyServices, tenantServices, edges));
    }
    jvmArguments = List.copyOf(jvmArguments);
    settings = Map.copyOf(settings);
    settingsOf = Map.copyOf(settingsOf);
  }

  /** So many nodes and edges on one database server, with small JVMs that start soon. */
  public static Deployment of(int keyServices, int tenantServices, int edges) {
    return new Deployment(
        keyServices,
        tenantServices,
        edges,
        false,
        false,
        Platform.QUICK_START,
        Map.of(),
        Map.of(),
        OptionalInt.empty());
  }

  /** The same with a synchronous standby. */
  public Deployment withStandby() {
    return new Deployment(
        keyServices,
        tenantServices,
        edges,
        true,
        redis,
        jvmArguments,
        settings,
        settingsOf,
        databaseDisk);
  }

  /** The same with a Redis. */
  public Deployment withRedis() {
    return new Deployment(
        keyServices,
        tenantServices,
        edges,
        standby,
        true,
        jvmArguments,
        settings,
        settingsOf,
        databaseDisk);
  }

  /** The same with other arguments for the JVM of every node. */
  public Deployment withJvm(List<String> arguments) {
    return new Deployment(
        keyServices,
        tenantServices,
        edges,
        standby,
        redis,
        arguments,
        settings,
        settingsOf,
        databaseDisk);
  }

  /** The same with one more setting for every node. */
  public Deployment with(String setting, String value) {
    Map<String, String> more = new TreeMap<>(settings);
    more.put(setting, value);
    return new Deployment(
        keyServices,
        tenantServices,
        edges,
        standby,
        redis,
        jvmArguments,
        more,
        settingsOf,
        databaseDisk);
  }

  /** The same with one more variable in the environment of one node. */
  public Deployment with(Party node, String variable, String value) {
    Map<Party, Map<String, String>> more = new TreeMap<>(settingsOf);
    Map<String, String> ofNode = new TreeMap<>(more.getOrDefault(node, Map.of()));
    ofNode.put(variable, value);
    more.put(node, Map.copyOf(ofNode));
    return new Deployment(
        keyServices,
        tenantServices,
        edges,
        standby,
        redis,
        jvmArguments,
        settings,
        more,
        databaseDisk);
  }

  /** The same with the first database server on a file system of its own that can be filled. */
  public Deployment withDatabaseDisk(int megabytes) {
    return new Deployment(
        keyServices,
        tenantServices,
        edges,
        standby,
        redis,
        jvmArguments,
        settings,
        settingsOf,
        OptionalInt.of(megabytes));
  }
}
