package dev.latchkey.keys.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.keys.support.StandInTenancy;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.proto.keys.v1.ListKeyUsageRequest;
import dev.latchkey.proto.keys.v1.ListKeyUsageResponse;
import dev.latchkey.proto.keys.v1.QueryUsageRequest;
import dev.latchkey.proto.keys.v1.UsageBucketSize;
import dev.latchkey.proto.keys.v1.UsageServiceGrpc;
import dev.latchkey.proto.keys.v1.UsageServiceGrpc.UsageServiceBlockingStub;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A node with 10,000 keys that were all used on each of 30 days, each with two outcomes. */
final class UsageSpeedTest {
  private static final Duration BOUND = Duration.ofMillis(200);
  private static final int KEYS = 10_000;
  private static final int DAYS = 30;

  private static RunningKeyService service;
  private static StandInTenancy.Branch acme;
  private static Timestamp start;

  @BeforeAll
  static void fill() {
    service = new RunningKeyService();
    acme = service.tenancy().branch("large");
    service.create(acme.workspace().getId());
    Instant now = service.clock().instant();
    Instant first = BucketSize.DAY.floor(now).minus(Duration.ofDays(DAYS - 1));
    start = Timestamp.newBuilder().setSeconds(first.getEpochSecond()).build();
    service.host().context().getBean(UsagePartitions.class).ensure(first, now);
    UsageTables tables = new UsageTables(service);
    tables.execute(
        """
        INSERT INTO api_key (id, hash, node_id, node_level, organization_id, project_id,
            environment_id, workspace_id, name, mode, prefix, last_characters, scopes, metadata,
            state, create_time, update_time, version)
        SELECT gen_random_uuid(), sha256(n::text::bytea), node_id, node_level, organization_id,
            project_id, environment_id, workspace_id, 'key ' || n, mode, prefix, last_characters,
            scopes, metadata, state, create_time, update_time, 1
        FROM api_key, generate_series(2, %d) n WHERE node_level = 'WORKSPACE'
        """
            .formatted(KEYS));
    String days = "generate_series(0, %d) d".formatted(DAYS - 1);
    String rows = "%s, (VALUES (0), (11)) o (outcome)".formatted(days);
    tables.execute(
        """
        INSERT INTO usage_day
        SELECT id, to_timestamp(%d) + d * interval '1 day', outcome, 1 + (random() * 1000)::int
        FROM %s, api_key
        WHERE node_level = 'WORKSPACE' AND (outcome = 0 OR d %% 10 = 0) ORDER BY 2, 1
        """
            .formatted(start.getSeconds(), rows));
    tables.execute(
        """
        INSERT INTO usage_key_total
        SELECT key_id, to_timestamp(block), array_agg(total ORDER BY day)
        FROM (SELECT api_key.id AS key_id, block, block + d * 86400 AS day,
                     coalesce((SELECT sum(count) FROM usage_day WHERE subject_id = api_key.id
                       AND bucket_time = to_timestamp(block + d * 86400)), 0)::bigint AS total
              FROM api_key, generate_series(0, 27) d,
                   generate_series(%d::bigint, %d::bigint, 28 * 86400) block
              WHERE node_level = 'WORKSPACE') days
        GROUP BY key_id, block
        """
            .formatted(
                DayBlock.at(start.getSeconds()).start(),
                DayBlock.at(now.getEpochSecond()).start()));
    for (String node :
        new String[] {
          acme.organization().getId(), acme.project().getId(), acme.workspace().getId()
        }) {
      tables.execute(
          """
          INSERT INTO usage_day SELECT '%s', to_timestamp(%d) + d * interval '1 day', outcome, 9
          FROM %s
          """
              .formatted(node, start.getSeconds(), rows));
      tables.execute(
          """
          INSERT INTO usage_hour SELECT '%s', to_timestamp(%d) + h * interval '1 hour', outcome, 9
          FROM generate_series(0, %d) h, (VALUES (0), (11)) o (outcome)
          """
              .formatted(node, start.getSeconds(), DAYS * 24 - 1));
    }
    tables.execute("ANALYZE usage_day, usage_hour, usage_key_total, api_key");
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static UsageServiceBlockingStub usage() {
    return UsageServiceGrpc.newBlockingStub(service.channel())
        .withCallCredentials(ServiceCredential.of(service.platformKey("operator")));
  }

  private static Duration median(Runnable call) {
    long[] nanos = new long[9];
    call.run();
    for (int i = 0; i < nanos.length; i++) {
      long began = System.nanoTime();
      call.run();
      nanos[i] = System.nanoTime() - began;
    }
    Arrays.sort(nanos);
    Duration median = Duration.ofNanos(nanos[nanos.length / 2]);
    return median;
  }

  private static QueryUsageRequest query(UsageBucketSize size) {
    return QueryUsageRequest.newBuilder()
        .setNodeId(acme.organization().getId())
        .setStartTime(start)
        .setBucketSize(size)
        .build();
  }

  @Test
  void aNodesUsageByDayAndHour_takesLessThanTheBound() {
    assertThat(usage().queryUsage(query(UsageBucketSize.USAGE_BUCKET_SIZE_DAY)).getBucketsCount())
        .isEqualTo(DAYS);
    assertThat(median(() -> usage().queryUsage(query(UsageBucketSize.USAGE_BUCKET_SIZE_DAY))))
        .isLessThan(BOUND);
    assertThat(median(() -> usage().queryUsage(query(UsageBucketSize.USAGE_BUCKET_SIZE_HOUR))))
        .isLessThan(BOUND);
  }

  @Test
  void theMostUsedKeysOfANode_takeLessThanTheBound_onTheNextPageToo() {
    ListKeyUsageRequest request =
        ListKeyUsageRequest.newBuilder()
            .setNodeId(acme.organization().getId())
            .setStartTime(start)
            .build();
    ListKeyUsageResponse page = usage().listKeyUsage(request);
    assertThat(page.getKeysCount()).isEqualTo(100);
    assertThat(page.getKeys(0).getCounts().getDenialsCount()).isEqualTo(1);

    assertThat(median(() -> usage().listKeyUsage(request))).isLessThan(BOUND);
    ListKeyUsageRequest next = request.toBuilder().setPageToken(page.getNextPageToken()).build();
    assertThat(median(() -> usage().listKeyUsage(next))).isLessThan(BOUND);
  }
}
