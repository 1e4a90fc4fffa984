package dev.latchkey.harness.demo;

import dev.latchkey.proto.keys.v1.KeyMode;
import dev.latchkey.proto.tenancy.v1.KeyFormat;
import java.util.List;

/**
 * One system that is shown: its tenancy, the look of its keys, and a few keys.
 *
 * @param plan the plan of its organization
 * @param organization the customer
 * @param project the product, where the key format stands
 * @param format how its keys look
 * @param keys what is issued
 */
record DemoSystem(
    Named plan, Named organization, Named project, KeyFormat format, List<DemoKey> keys) {

  DemoSystem {
    keys = List.copyOf(keys);
  }

  /** A slug and the name that people read. */
  record Named(String slug, String displayName) {}

  /**
   * A key to issue.
   *
   * @param variable the line of the env file that holds it
   * @param name its name
   * @param path the nodes below the project down to the one it is bound to: none, an environment,
   *     or an environment and a workspace
   * @param mode live or test
   * @param scopes what it may do
   */
  record DemoKey(
      String variable, String name, List<Named> path, KeyMode mode, List<String> scopes) {
    DemoKey {
      path = List.copyOf(path);
      scopes = List.copyOf(scopes);
    }
  }

  private static final Named DEFAULT_PLAN = new Named("default", "Default");

  /** All of them. */
  static List<DemoSystem> all() {
    return List.of(memic(), memoryKit(), memoryScope(), memo());
  }

  /** One key, one environment; the key's text shows which. */
  private static DemoSystem memic() {
    List<String> scopes = List.of("files:read", "files:write", "search:read");
    return new DemoSystem(
        DEFAULT_PLAN,
        new Named("acme-corp", "Acme Corp"),
        new Named("tech-companies", "Tech companies"),
        format("mk", true, true),
        List.of(
            new DemoKey(
                "DEMO_MEMIC_STAGING_KEY",
                "Staging backend",
                List.of(new Named("staging", "Staging")),
                KeyMode.KEY_MODE_LIVE,
                scopes),
            new DemoKey(
                "DEMO_MEMIC_PRODUCTION_KEY",
                "Production backend",
                List.of(new Named("production", "Production")),
                KeyMode.KEY_MODE_LIVE,
                scopes)));
  }

  /** A key per project, with scopes. */
  private static DemoSystem memoryKit() {
    return new DemoSystem(
        DEFAULT_PLAN,
        new Named("memorykit", "MemoryKit"),
        new Named("support-assistant", "Support assistant"),
        format("ctx", false, false),
        List.of(
            new DemoKey(
                "DEMO_MEMORYKIT_KEY",
                "Production Backend",
                List.of(),
                KeyMode.KEY_MODE_LIVE,
                List.of(
                    "memories:read",
                    "memories:write",
                    "chats:read",
                    "chats:write",
                    "users:read",
                    "users:write"))));
  }

  /** Test and live keys. */
  private static DemoSystem memoryScope() {
    List<String> scopes = List.of("memory:read", "memory:write");
    return new DemoSystem(
        DEFAULT_PLAN,
        new Named("memory-scope", "Memory Scope"),
        new Named("journal", "Journal"),
        format("sk", true, false),
        List.of(
            new DemoKey(
                "DEMO_MEMORYSCOPE_TEST_KEY", "Test key", List.of(), KeyMode.KEY_MODE_TEST, scopes),
            new DemoKey(
                "DEMO_MEMORYSCOPE_LIVE_KEY",
                "Live key",
                List.of(),
                KeyMode.KEY_MODE_LIVE,
                scopes)));
  }

  /** A key per workspace, on a plan with API access. */
  private static DemoSystem memo() {
    return new DemoSystem(
        new Named("pro", "Pro"),
        new Named("memo-ai", "Memo AI"),
        new Named("transcription", "Transcription"),
        format("mk", true, false),
        List.of(
            new DemoKey(
                "DEMO_MEMO_KEY",
                "Export integration",
                List.of(new Named("production", "Production"), new Named("editors", "Editors")),
                KeyMode.KEY_MODE_LIVE,
                List.of("transcriptions:read", "transcriptions:export"))));
  }

  private static KeyFormat format(String prefix, boolean showMode, boolean showEnvironment) {
    return KeyFormat.newBuilder()
        .setPrefix(prefix)
        .setShowMode(showMode)
        .setShowEnvironment(showEnvironment)
        .build();
  }
}
