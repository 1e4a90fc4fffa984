package dev.latchkey.harness.demo;

import dev.latchkey.harness.platform.Clients;
import dev.latchkey.kit.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Loads the demo tenants into a running deployment and writes the env file. What it connects to
 * comes from the same settings as the services'; the operator's key comes from its file or, where
 * only its hash was configured, from {@code LATCHKEY_OPERATOR_KEY}: never from the command line,
 * which other users can read.
 */
@Command(
    name = "demo",
    description = "Loads the demo tenants into a running deployment.",
    mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
  @Option(names = "--env-file", required = true, description = "File to write: KEY=value lines.")
  private Path envFile = Path.of("");

  @Option(names = "--edge-url", required = true, description = "Address of the edge.")
  private String edgeUrl = "";

  @Override
  public Integer call() throws IOException {
    String keyService = setting("LATCHKEY_KEY_SERVICE").orElse("127.0.0.1:9090");
    String tenantService = setting("LATCHKEY_TENANT_SERVICE").orElse("127.0.0.1:9091");
    Secret operatorKey = operatorKey();
    EnvFile file = EnvFile.open(envFile);
    file.put("LATCHKEY_EDGE_URL", edgeUrl);
    file.put("LATCHKEY_KEY_SERVICE", keyService);
    file.put("LATCHKEY_TENANT_SERVICE", tenantService);
    file.put("LATCHKEY_OPERATOR_KEY", operatorKey.reveal());
    try (Clients operator = Clients.open(keyService, tenantService, operatorKey)) {
      new DemoLoader(operator, file).load();
    }
    return 0;
  }

  private static Secret operatorKey() throws IOException {
    Optional<String> given = setting("LATCHKEY_OPERATOR_KEY");
    if (given.isPresent()) {
      return Secret.of(given.get());
    }
    String secrets = setting("LATCHKEY_SECRETS_DIR").orElse(".latchkey/secrets");
    return Secret.of(Files.readString(Path.of(secrets).resolve("operator.key")).strip());
  }

  private static Optional<String> setting(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
  }
}
