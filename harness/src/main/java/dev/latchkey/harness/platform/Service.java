package dev.latchkey.harness.platform;

import java.util.Locale;
import java.util.Optional;

/** The services a deployment consists of. */
public enum Service {
  TENANT_SERVICE("tenant-service", "tenancy"),
  KEY_SERVICE("key-service", "keys"),
  EDGE("edge-rest", null);

  private final String module;
  private final Optional<String> database;

  Service(String module, @org.jspecify.annotations.Nullable String database) {
    this.module = module;
    this.database = Optional.ofNullable(database);
  }

  /** The name of its module, jar and log. */
  public String module() {
    return module;
  }

  /** The name of its database, if it has one. */
  public Optional<String> database() {
    return database;
  }

  /** The setting with the port it serves on. */
  public String portSetting() {
    return "LATCHKEY_" + name() + "_PORT";
  }

  /** The setting with the port it tells its health on. */
  public String operationsPortSetting() {
    return "LATCHKEY_" + name() + "_OPERATIONS_PORT";
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
