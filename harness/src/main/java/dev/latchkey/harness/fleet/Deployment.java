package dev.latchkey.harness.fleet;

import dev.latchkey.harness.platform.Platform;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Consumer;

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
    return changed(draft -> draft.standby = true);
  }

  /** The same with a Redis. */
  public Deployment withRedis() {
    return changed(draft -> draft.redis = true);
  }

  /** The same with other arguments for the JVM of every node. */
  public Deployment withJvm(List<String> arguments) {
    return changed(draft -> draft.jvmArguments = arguments);
  }

  /** The same with one more setting for every node. */
  public Deployment with(String setting, String value) {
    return changed(draft -> draft.settings.put(setting, value));
  }

  /** The same with one more variable in the environment of one node. */
  public Deployment with(Party node, String variable, String value) {
    Map<String, String> ofNode = new TreeMap<>(settingsOf.getOrDefault(node, Map.of()));
    ofNode.put(variable, value);
    return changed(draft -> draft.settingsOf.put(node, Map.copyOf(ofNode)));
  }

  /** The same with the first database server on a file system of its own that can be filled. */
  public Deployment withDatabaseDisk(int megabytes) {
    return changed(draft -> draft.databaseDisk = OptionalInt.of(megabytes));
  }

  private Deployment changed(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new Deployment(
        keyServices,
        tenantServices,
        edges,
        draft.standby,
        draft.redis,
        draft.jvmArguments,
        draft.settings,
        draft.settingsOf,
        draft.databaseDisk);
  }

  /** What can be changed of a deployment. */
  private static final class Draft {
    private boolean standby;
    private boolean redis;
    private List<String> jvmArguments;
    private final Map<String, String> settings;
    private final Map<Party, Map<String, String>> settingsOf;
    private OptionalInt databaseDisk;

    private Draft(Deployment from) {
      standby = from.standby;
      redis = from.redis;
      jvmArguments = from.jvmArguments;
      settings = new TreeMap<>(from.settings);
      settingsOf = new TreeMap<>(from.settingsOf);
      databaseDisk = from.databaseDisk;
    }
  }
}
