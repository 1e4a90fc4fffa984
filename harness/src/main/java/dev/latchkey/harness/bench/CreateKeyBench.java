package dev.latchkey.harness.bench;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.harness.platform.Clients;
import dev.latchkey.harness.platform.EmbeddedDatabase;
import dev.latchkey.harness.platform.Platform;
import dev.latchkey.harness.platform.Service;
import dev.latchkey.kit.database.Sql;
import dev.latchkey.proto.keys.v1.Key;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** CreateKey against the same rows, inserted and committed. */
final class CreateKeyBench implements Benchmark {
  private static final int IN_FLIGHT = 16;

  /** How many connections key-service keeps by default. */
  private static final int POOL_SIZE = 10;

  /** What loses acknowledged commits when it is off. */
  private static final List<String> DURABLE = List.of("fsync", "synchronous_commit");

  @Override
  public String name() {
    return "create-key";
  }

  @Override
  public String description() {
    return "CreateKey against INSERT and COMMIT of the same rows.";
  }

  @Override
  public List<Result> run(BenchOptions options, PrintWriter out) throws Exception {
    out.println("starting key-service and tenant-service");
    out.flush();
    try (Platform platform =
        Platform.start(Platform.FULL_SPEED, Service.TENANT_SERVICE, Service.KEY_SERVICE)) {
      EmbeddedDatabase database = platform.database(Service.KEY_SERVICE);
      Clients operator = platform.operator();
      List<String> environments = new BenchKeys(operator).environments();
      Key model = create(operator, environments, 0);
      try (Load measured = creations(operator, environments);
          Load baseline = inserts(database, UUID.fromString(model.getId()))) {
        out.printf("%d in flight%n", IN_FLIGHT);
        return List.of(
            new Pairs("create-key", measured, "inserts", baseline, out)
                .run(options)
                .result(
                    name(),
                    "CreateKey, 16 in flight, durable commits: calls/s",
                    "INSERT and COMMIT of the same rows, same database, same pool",
                    Bound.atLeast(0.60, 0.80, ""))
                .and("database on " + fileSystem(platform)));
      }
    }
  }

  private static Load creations(Clients operator, List<String> environments) {
    AtomicInteger number = new AtomicInteger();
    return new BlockingLoad(
        IN_FLIGHT,
        IN_FLIGHT,
        () -> {
          Key _ = create(operator, environments, number.incrementAndGet());
        },
        () -> {});
  }

  private static Key create(Clients operator, List<String> environments, int number) {
    return operator
        .keys()
        .createKey(BenchKeys.request(environments.get(number % environments.size()), number))
        .getKey();
  }

  private static Load inserts(EmbeddedDatabase database, UUID model) throws SQLException {
    HikariDataSource pool = database.attach(POOL_SIZE).work();
    try (Connection connection = pool.getConnection()) {
      requireDurable(connection);
      KeyRows rows = KeyRows.of(connection, model);
      return new BlockingLoad(IN_FLIGHT, POOL_SIZE, () -> rows.insertCopy(pool), pool);
    } catch (SQLException | RuntimeException e) {
      pool.close();
      throw e;
    }
  }

  private static void requireDurable(Connection connection) {
    for (String setting : DURABLE) {
      String value = Sql.first(connection, "SHOW " + setting, row -> row.getString(1)).orElse("");
      if (!value.equals("on")) {
        throw new IllegalStateException("%s is %s (expected: on)".formatted(setting, value));
      }
    }
  }

  /** Whether a commit reaches a disk is for the reader to judge: {@code ext4}, {@code tmpfs}. */
  private static String fileSystem(Platform platform) throws IOException {
    return Files.getFileStore(platform.data()).type();
  }
}
