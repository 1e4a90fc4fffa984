package dev.latchkey.kit.balancing;

import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import dev.latchkey.proto.keys.v1.CreditServiceGrpc;
import dev.latchkey.proto.keys.v1.KeyServiceGrpc;
import dev.latchkey.proto.keys.v1.UsageServiceGrpc;
import dev.latchkey.proto.tenancy.v1.EnvironmentServiceGrpc;
import dev.latchkey.proto.tenancy.v1.MembershipServiceGrpc;
import dev.latchkey.proto.tenancy.v1.OrganizationServiceGrpc;
import dev.latchkey.proto.tenancy.v1.PlanServiceGrpc;
import dev.latchkey.proto.tenancy.v1.ProjectServiceGrpc;
import dev.latchkey.proto.tenancy.v1.TenancyWatchServiceGrpc;
import dev.latchkey.proto.tenancy.v1.UserServiceGrpc;
import dev.latchkey.proto.tenancy.v1.WorkspaceServiceGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServiceDescriptor;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which calls gRPC makes again on another node when one answers {@code UNAVAILABLE}: decisions, and
 * reads. A write is made again only where the transport knows that no node has seen it, which gRPC
 * does by itself.
 *
 * <p>{@code UNKNOWN} and {@code CANCELLED} are no answers of our services: they are gRPC's words
 * for a connection that broke under the call (see {@link BrokenConnections}). A call that its
 * caller gives up is not made again, whatever is said here.
 */
final class RetryRules {
  private static final Pattern DECISION = Pattern.compile("Authenticate(Batch)?");
  private static final Pattern READ = Pattern.compile("(Get|List|Query)[A-Za-z]+");

  private static final List<ServiceDescriptor> SERVICES =
      List.of(
          AuthenticationServiceGrpc.getServiceDescriptor(),
          KeyServiceGrpc.getServiceDescriptor(),
          CreditServiceGrpc.getServiceDescriptor(),
          UsageServiceGrpc.getServiceDescriptor(),
          dev.latchkey.proto.keys.v1.AuditServiceGrpc.getServiceDescriptor(),
          dev.latchkey.proto.tenancy.v1.AuditServiceGrpc.getServiceDescriptor(),
          OrganizationServiceGrpc.getServiceDescriptor(),
          ProjectServiceGrpc.getServiceDescriptor(),
          EnvironmentServiceGrpc.getServiceDescriptor(),
          WorkspaceServiceGrpc.getServiceDescriptor(),
          PlanServiceGrpc.getServiceDescriptor(),
          UserServiceGrpc.getServiceDescriptor(),
          MembershipServiceGrpc.getServiceDescriptor(),
          TenancyWatchServiceGrpc.getServiceDescriptor());

  private RetryRules() {}

  static Map<String, ?> methodConfig() {
    return Map.of(
        "name",
        methods()
            .map(
                method ->
                    Map.of(
                        "service",
                        Objects.requireNonNull(method.getServiceName()),
                        "method",
                        Objects.requireNonNull(method.getBareMethodName())))
            .toList(),
        "retryPolicy",
        Map.of(
            "maxAttempts",
            3.0,
            "initialBackoff",
            "0.02s",
            "maxBackoff",
            "0.2s",
            "backoffMultiplier",
            2.0,
            "retryableStatusCodes",
            List.of("UNAVAILABLE", "UNKNOWN", "CANCELLED")));
  }

  /**
   * A hundred tokens for each channel: a failed attempt takes one, an answer gives one back, and
   * below half of them nothing is tried again. So a service that is wholly down gets some 30
   * attempts more than there are calls, and one node of three that fails every call is made up for
   * without end.
   */
  static Map<String, ?> throttling() {
    return Map.of("maxTokens", (double) AttemptBudget.MOST, "tokenRatio", 1.0);
  }

  static Stream<MethodDescriptor<?, ?>> methods() {
    return SERVICES.stream()
        .flatMap(service -> service.getMethods().stream())
        .<MethodDescriptor<?, ?>>map(method -> method)
        .filter(method -> method.getType() == MethodType.UNARY)
        .filter(method -> mayBeRepeated(Objects.requireNonNull(method.getBareMethodName())));
  }

  private static boolean mayBeRepeated(String method) {
    return DECISION.matcher(method).matches() || READ.matcher(method).matches();
  }
}
