package dev.latchkey.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import dev.latchkey.proto.tenancy.v1.RateLimit;
import dev.latchkey.tenancy.testing.Api;
import dev.latchkey.tenancy.testing.Deployment;
import dev.latchkey.tenancy.testing.Refusal;
import dev.latchkey.tenancy.testing.Tree;
import dev.latchkey.tenancy.testing.Watcher;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits on the rate of calls as plans and nodes have them; the same for each. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RateLimitSettingsTest {
  private static final List<RateLimit> LIMITS =
      List.of(limit("data", 100, 60).build(), limit("data", 1000, 1).setShared(true).build());
  private static final List<RateLimit> OTHERS =
      List.of(limit("management", 5, 2_678_400).setBurst(7).build());

  @AutoClose private final Deployment deployment = new Deployment();
  private final Api operator = deployment.asOperator();
  private final Tree tree = Tree.in(deployment);

  private static RateLimit.Builder limit(String name, long amount, long seconds) {
    return RateLimit.newBuilder()
        .setName(name)
        .setAmount(amount)
        .setWindow(Duration.newBuilder().setSeconds(seconds));
  }

  /** The fields of a request, with those that the kind needs. */
  private Object[] with(String kind, Object... more) {
    List<Object> fields = new ArrayList<>(List.of("slug", Deployment.newSlug()));
    fields.addAll(List.of(more));
    for (int i = 0; i < tree.ids().size() - 1; i++) {
      String field = List.of("organization_id", "project_id", "environment_id").get(i);
      if (Api.request("Create" + kind).getDescriptorForType().findFieldByName(field) != null) {
        fields.addAll(List.of(field, tree.ids().get(i)));
      }
    }
    return fields.toArray();
  }

  private Message update(String kind, Message thing, List<RateLimit> limits, String path) {
    return operator.call(
        "Update" + kind,
        "id",
        Api.id(thing),
        "display_name",
        "Another name",
        "rate_limits",
        limits,
        "update_mask",
        Api.mask(path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Plan", "Organization", "Project", "Environment", "Workspace"})
  void limits_areKept_untilTheirPathIsInAMask(String kind) {
    Message created = operator.call("Create" + kind, with(kind, "rate_limits", LIMITS));
    Message renamed = update(kind, created, OTHERS, "display_name");
    Message same = update(kind, created, LIMITS, "rate_limits");
    Message replaced = update(kind, created, OTHERS, "rate_limits");
    Message cleared = update(kind, created, List.of(), "rate_limits");

    assertThat(Api.get(created, "rate_limits")).isEqualTo(LIMITS);
    assertThat(Api.get(renamed, "rate_limits")).isEqualTo(LIMITS);
    assertThat(Api.text(same, "etag")).isEqualTo(Api.text(renamed, "etag"));
    assertThat(Api.get(replaced, "rate_limits")).isEqualTo(OTHERS);
    assertThat(Api.text(replaced, "display_name")).isEqualTo("Another name");
    assertThat(Api.get(cleared, "rate_limits")).isEqualTo(List.of());
    assertThat(operator.call("Get" + kind, "id", Api.id(created))).isEqualTo(cleared);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Plan", "Organization", "Project", "Environment", "Workspace"})
  void limits_standInTheFeed(String kind) throws Exception {
    long before = deployment.newestRevision();
    Message created = operator.call("Create" + kind, with(kind, "rate_limits", LIMITS));
    update(kind, created, OTHERS, "rate_limits");

    try (Watcher watcher = Watcher.start(operator, before + 1)) {
      assertThat(watcher.changesUpTo(before + 2))
          .extracting(change -> (Message) Api.get(change, kind.toLowerCase(java.util.Locale.ROOT)))
          .extracting(thing -> Api.get(thing, "rate_limits"))
          .containsExactly(LIMITS, OTHERS);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Plan", "Organization", "Project", "Environment", "Workspace"})
  void wrongLimits_areRefusedByTheirPath_andNothingIsWritten(String kind) {
    Message thing = operator.call("Create" + kind, with(kind));
    long before = deployment.newestRevision();
    List<RateLimit> wrong =
        List.of(LIMITS.getFirst(), LIMITS.getFirst(), limit("x", 0, 0).setBurst(-1).build());

    for (Refusal refusal :
        List.of(
            Refusal.of(() -> operator.call("Create" + kind, with(kind, "rate_limits", wrong))),
            Refusal.of(() -> update(kind, thing, wrong, "rate_limits")))) {
      assertThat(refusal.reason()).isEqualTo("INVALID_REQUEST");
      assertThat(refusal.fields())
          .containsExactlyInAnyOrder(
              "rate_limits[1].name",
              "rate_limits[2].amount",
              "rate_limits[2].window",
              "rate_limits[2].burst");
    }
    assertThat(deployment.newestRevision()).isEqualTo(before);
  }
}
