package dev.latchkey.harness.demo;

import com.google.protobuf.Duration;
import dev.latchkey.proto.keys.v1.KeyMode;
import dev.latchkey.proto.tenancy.v1.KeyFormat;
import dev.latchkey.proto.tenancy.v1.RateLimit;
import java.util.List;
import java.util.Optional;

/**
 * One system that is shown: its tenancy, the look of its keys, and a few keys.
 *
 * @param plan the plan of its organization
 * @param organization the customer
 * @param project the product, where the key format and the scopes stand
 * @param format how its keys look
 * @param catalogue the scopes that its keys may have; none for any
 * @param keys what is issued
 */
record DemoSystem(
    DemoPlan plan,
    Named organization,
    Named project,
    KeyFormat format,
    List<String> catalogue,
    List<DemoKey> keys) {

  DemoSystem {
    catalogue = List.copyOf(catalogue);
    keys = List.copyOf(keys);
  }

  /** A slug and the name that people read. */
  record Named(String slug, String displayName) {}

  /** A plan, with its limits on the rate of calls. */
  record DemoPlan(Named name, List<RateLimit> rateLimits) {
    DemoPlan {
      rateLimits = List.copyOf(rateLimits);
    }
  }

  /**
   * A key to issue.
   *
   * @param variable the line of the env file that holds it
   * @param name its name
   * @param path the nodes below the project down to the one it is bound to: none, an environment,
   *     or an environment and a workspace
   * @param mode live or test
   * @param scopes what it may do
   * @param member whom it acts for, who is a MEMBER at its node; empty for a service key
   */
  record DemoKey(
      String variable,
      String name,
      List<Named> path,
      KeyMode mode,
      List<String> scopes,
      Optional<Named> member) {
    DemoKey {
      path = List.copyOf(path);
      scopes = List.copyOf(scopes);
    }

    /** A service key. */
    DemoKey(String variable, String name, List<Named> path, KeyMode mode, List<String> scopes) {
      this(variable, name, path, mode, scopes, Optional.empty());
    }
  }

  private static final DemoPlan DEFAULT_PLAN =
      new DemoPlan(new Named("default", "Default"), List.of());

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
        List.of(),
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

  /** A key per project, with scopes from the project's catalogue. */
  private static DemoSystem memoryKit() {
    List<String> scopes =
        List.of(
            "memories:read",
            "memories:write",
            "chats:read",
            "chats:write",
            "users:read",
            "users:write");
    return new DemoSystem(
        DEFAULT_PLAN,
        new Named("memorykit", "MemoryKit"),
        new Named("support-assistant", "Support assistant"),
        format("ctx", false, false),
        scopes,
        List.of(
            new DemoKey(
                "DEMO_MEMORYKIT_KEY",
                "Production Backend",
                List.of(),
                KeyMode.KEY_MODE_LIVE,
                scopes)));
  }

  /** Test and live keys. */
  private static DemoSystem memoryScope() {
    List<String> scopes = List.of("memory:read", "memory:write");
    return new DemoSystem(
        DEFAULT_PLAN,
        new Named("memory-scope", "Memory Scope"),
        new Named("journal", "Journal"),
        format("sk", true, false),
        List.of(),
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

  /** A key per workspace that acts for a member, on a plan with limits. */
  private static DemoSystem memo() {
    return new DemoSystem(
        new DemoPlan(
            new Named("pro", "Pro"), List.of(perMinute("data", 500), perMinute("management", 180))),
        new Named("memo-ai", "Memo AI"),
        new Named("transcription", "Transcription"),
        format("mk", true, false),
        List.of(),
        List.of(
            new DemoKey(
                "DEMO_MEMO_KEY",
                "Export integration",
                List.of(new Named("production", "Production"), new Named("editors", "Editors")),
                KeyMode.KEY_MODE_LIVE,
                List.of("transcriptions:read", "transcriptions:export"),
                Optional.of(new Named("mia@memo.example", "Mia")))));
  }

  private static RateLimit perMinute(String name, int amount) {
    return RateLimit.newBuilder()
        .setName(name)
        .setAmount(amount)
        .setWindow(Duration.newBuilder().setSeconds(60))
        .build();
  }

  private static KeyFormat format(String prefix, boolean showMode, boolean showEnvironment) {
    return KeyFormat.newBuilder()
        .setPrefix(prefix)
        .setShowMode(showMode)
        .setShowEnvironment(showEnvironment)
        .build();
  }
}
