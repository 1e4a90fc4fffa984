package dev.latchkey.keys.bootstrap;

import dev.latchkey.kit.access.Scopes;
import java.util.List;
import java.util.stream.Stream;

/** Those who need a key before any key can be made, and what each may do. */
enum Role {
  /** The one who runs the deployment: everything, and any scope of a tenant's own to grant. */
  OPERATOR("operator"),
  /** The REST edge asks about its clients' keys, and reports those that leaked. */
  EDGE("edge"),
  /** tenant-service asks about its callers' keys. */
  TENANT_SERVICE("tenant-service"),
  /** key-service follows the tenancy. */
  KEY_SERVICE("key-service");

  private final String text;

  Role(String text) {
    this.text = text;
  }

  /** The name of the key and of its file. */
  String text() {
    return text;
  }

  String fileName() {
    return text + ".key";
  }

  /** What its key may do; sorted, as all scopes of keys are. */
  List<String> scopes() {
    return switch (this) {
      case OPERATOR -> everything();
      case EDGE -> List.of(Scopes.KEYS_AUTHENTICATE, Scopes.KEYS_REPORT);
      case TENANT_SERVICE -> List.of(Scopes.KEYS_AUTHENTICATE);
      case KEY_SERVICE -> List.of(Scopes.TENANCY_READ);
    };
  }

  private static List<String> everything() {
    return Stream.concat(Stream.of("*"), Scopes.RESERVED.stream()).sorted().toList();
  }
}
