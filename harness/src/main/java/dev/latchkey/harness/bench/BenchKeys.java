package dev.latchkey.harness.bench;

import com.google.protobuf.Duration;
import dev.latchkey.harness.platform.Clients;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.tenancy.v1.CreateEnvironmentRequest;
import dev.latchkey.proto.tenancy.v1.CreateOrganizationRequest;
import dev.latchkey.proto.tenancy.v1.CreateProjectRequest;
import dev.latchkey.proto.tenancy.v1.KeyFormat;
import dev.latchkey.proto.tenancy.v1.RateLimit;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Issues the keys that a benchmark asks about, spread over ten environments. Every check of the
 * decision has something to do with them: scopes, an allowed network, a limit that is never
 * reached.
 */
final class BenchKeys {
  /** A scope that the keys have. */
  static final String SCOPE = "memories:read";

  /** All of them. */
  static final List<String> SCOPES = List.of(SCOPE, "memories:write");

  /** The networks that the keys may be used from. */
  static final List<String> NETWORKS = List.of("192.0.2.0/24", "2001:db8::/32");

  /** An address that the keys may be used from. */
  static final String CLIENT = "192.0.2.1";

  /** How many environments the keys are spread over. */
  static final int ENVIRONMENTS = 10;

  private static final int ISSUED_AT_ONCE = 32;
  private static final RateLimit LIMIT =
      RateLimit.newBuilder()
          .setName("data")
          .setAmount(1_000_000_000)
          .setWindow(Duration.newBuilder().setSeconds(3_600))
          .build();

  private final Clients operator;

  BenchKeys(Clients operator) {
    this.operator = operator;
  }

  /** Issues so many keys in environments made for them. */
  List<Secret> issue(int count) {
    return issue(environments(), count);
  }

  /** Issues so many keys in these environments. */
  List<Secret> issue(List<String> environments, int count) {
    List<Callable<Secret>> tasks =
        IntStream.range(0, count)
            .<Callable<Secret>>mapToObj(
                i -> () -> issue(environments.get(i % environments.size()), i))
            .toList();
    try (ExecutorService threads = Executors.newFixedThreadPool(ISSUED_AT_ONCE)) {
      return threads.invokeAll(tasks).stream().map(BenchKeys::result).toList();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static Secret result(Future<Secret> done) {
    try {
      return done.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a key could not be issued: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private Secret issue(String environmentId, int number) {
    return Secret.of(operator.keys().createKey(request(environmentId, number)).getSecret());
  }

  /** The request for a key. */
  static CreateKeyRequest request(String environmentId, int number) {
    return CreateKeyRequest.newBuilder()
        .setNodeId(environmentId)
        .setName("bench " + number)
        .addAllScopes(SCOPES)
        .addAllAllowedNetworks(NETWORKS)
        .addRateLimits(LIMIT)
        .build();
  }

  /** Makes the environments; once for each platform. */
  List<String> environments() {
    String organization =
        operator
            .organizations()
            .createOrganization(CreateOrganizationRequest.newBuilder().setSlug("bench").build())
            .getOrganization()
            .getId();
    String project =
        operator
            .projects()
            .createProject(
                CreateProjectRequest.newBuilder()
                    .setOrganizationId(organization)
                    .setSlug("bench")
                    .setKeyFormat(KeyFormat.newBuilder().setPrefix("bench").setShowMode(true))
                    .build())
            .getProject()
            .getId();
    return IntStream.range(0, ENVIRONMENTS)
        .mapToObj(
            i ->
                operator
                    .environments()
                    .createEnvironment(
                        CreateEnvironmentRequest.newBuilder()
                            .setProjectId(project)
                            .setSlug("environment-" + i)
                            .build())
                    .getEnvironment()
                    .getId())
        .toList();
  }
}
