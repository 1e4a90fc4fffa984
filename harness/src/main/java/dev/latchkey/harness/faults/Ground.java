package dev.latchkey.harness.faults;

import com.google.protobuf.Duration;
import dev.latchkey.harness.platform.Clients;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.CreateKeyResponse;
import dev.latchkey.proto.tenancy.v1.CreateEnvironmentRequest;
import dev.latchkey.proto.tenancy.v1.CreateOrganizationRequest;
import dev.latchkey.proto.tenancy.v1.CreateProjectRequest;
import dev.latchkey.proto.tenancy.v1.KeyFormat;
import dev.latchkey.proto.tenancy.v1.RateLimit;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Makes the tenants and keys that a scenario works on. Safe for use by many threads. */
public final class Ground {
  /** A scope that every key made here has. */
  public static final String SCOPE = "memories:read";

  private static final RateLimit LIMIT =
      RateLimit.newBuilder()
          .setName("data")
          .setAmount(1_000_000_000)
          .setWindow(Duration.newBuilder().setSeconds(1))
          .build();
  private static final int HOUR_SECONDS = 3_600;
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final int AT_ONCE = 16;
  private static final java.time.Duration PATIENCE = java.time.Duration.ofSeconds(20);
  private static final java.time.Duration BETWEEN_ATTEMPTS = java.time.Duration.ofMillis(200);

  private final Clients operator;
  private final String environment;

  /**
   * An organization with a project and an environment.
   *
   * @param operator whose calls make it, and by default all else
   */
  Ground(Clients operator) {
    this.operator = operator;
    this.environment = environment(project(organization(operator), operator), operator);
  }

  /** An environment in which nothing but keys changes. */
  public String environment() {
    return environment;
  }

  /** A new organization's id. */
  public static String organization(Clients via) {
    return via.organizations()
        .createOrganization(CreateOrganizationRequest.newBuilder().setSlug(slug()).build())
        .getOrganization()
        .getId();
  }

  /** A new project's id. */
  public static String project(String organization, Clients via) {
    return via.projects()
        .createProject(
            CreateProjectRequest.newBuilder()
                .setOrganizationId(organization)
                .setSlug(slug())
                .setKeyFormat(KeyFormat.newBuilder().setPrefix("ft").setShowMode(true))
                .build())
        .getProject()
        .getId();
  }

  /** A new environment's id. */
  public static String environment(String project, Clients via) {
    return via.environments()
        .createEnvironment(
            CreateEnvironmentRequest.newBuilder().setProjectId(project).setSlug(slug()).build())
        .getEnvironment()
        .getId();
  }

  /** Something no other has, for slugs and names. */
  public static String slug() {
    return "f-" + NUMBER.incrementAndGet();
  }

  /** A key of {@link #environment} that is good; the truth does not know of it yet. */
  public TrackedKey key() {
    return key(operator, environment, request -> request);
  }

  /** A key of any node that is good, made by any call; the truth does not know of it yet. */
  public static TrackedKey key(
      Clients via, String node, UnaryOperator<CreateKeyRequest.Builder> more) {
    CreateKeyRequest request =
        more.apply(CreateKeyRequest.newBuilder().setNodeId(node).setName(slug()).addScopes(SCOPE))
            .build();
    CreateKeyResponse made = patiently(() -> via.keys().createKey(request));
    return new TrackedKey(made.getKey().getId(), Secret.of(made.getSecret()));
  }

  /**
   * A good key with one limit, for its calls of an hour; the truth does not know of it yet.
   *
   * @param amount how often it may be asked
   */
  static TrackedKey limited(Clients via, String node, long amount) {
    RateLimit limit =
        RateLimit.newBuilder()
            .setName("data")
            .setAmount(amount)
            .setWindow(Duration.newBuilder().setSeconds(HOUR_SECONDS))
            .build();
    return key(via, node, request -> request.addRateLimits(limit));
  }

  /** A node that is cold or busy sends management away; whoever can wait comes again. */
  private static <T> T patiently(Supplier<T> call) {
    long limit = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return call.get();
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() != Status.Code.UNAVAILABLE || System.nanoTime() - limit > 0) {
          throw e;
        }
        LockSupport.parkNanos(BETWEEN_ATTEMPTS.toNanos());
      }
    }
  }

  /**
   * So many keys of {@link #environment}. Every other one has a limit on its rate, too high to be
   * reached, so that counting is part of the load.
   */
  public List<TrackedKey> keys(int count) {
    return all(
        count,
        i ->
            key(
                operator,
                environment,
                request -> i % 2 == 0 ? request : request.addRateLimits(LIMIT)));
  }

  /** Does something so many times, some at once, and gives what came of it, in order. */
  public static <T> List<T> all(int count, IntFunction<T> work) {
    return all(AT_ONCE, count, work);
  }

  /** The same, at most so many at once. */
  static <T> List<T> all(int atOnce, int count, IntFunction<T> work) {
    List<Callable<T>> tasks =
        IntStream.range(0, count).<Callable<T>>mapToObj(i -> () -> work.apply(i)).toList();
    try (ExecutorService threads = Executors.newFixedThreadPool(atOnce)) {
      List<T> results = new ArrayList<>();
      for (Future<T> done : threads.invokeAll(tasks)) {
        results.add(done.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
