package dev.latchkey.kit.errors;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import com.google.rpc.QuotaFailure;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import dev.latchkey.proto.errors.v1.ErrorReason;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ErrorsTest {
  private static Status statusOf(ApiException refusal) {
    return Objects.requireNonNull(StatusProto.fromThrowable(Errors.toStatus(refusal, "request")));
  }

  @Test
  void exhaustion_saysWhatIsUsedUp_andWhenToComeBack() throws Exception {
    Status status =
        statusOf(
            ApiException.exhausted(
                ErrorReason.ERROR_REASON_RATE_LIMITED,
                Map.of("limit", "data"),
                new QuotaViolation("key:1", "All is used."),
                Duration.ofMillis(1500)));

    assertThat(status.getCode()).isEqualTo(io.grpc.Status.Code.RESOURCE_EXHAUSTED.value());
    assertThat(status.getMessage()).isEqualTo("All is used.");
    assertThat(status.getDetails(0).unpack(ErrorInfo.class).getMetadataMap())
        .containsEntry("limit", "data");
    QuotaFailure.Violation violation =
        status.getDetails(1).unpack(QuotaFailure.class).getViolations(0);
    assertThat(violation.getSubject()).isEqualTo("key:1");
    assertThat(violation.getDescription()).isEqualTo("All is used.");
    assertThat(status.getDetails(2).unpack(RetryInfo.class).getRetryDelay())
        .isEqualTo(
            com.google.protobuf.Duration.newBuilder().setSeconds(1).setNanos(500_000_000).build());
  }

  @Test
  void exhaustionThatWaitingDoesNotEnd_saysNothingOfTrying() {
    Status status =
        statusOf(
            ApiException.exhausted(
                ErrorReason.ERROR_REASON_PLAN_CEILING_REACHED,
                Map.of(),
                new QuotaViolation("organization:1", "Full."),
                null));

    assertThat(status.getDetailsList())
        .extracting(Any::getTypeUrl)
        .noneMatch(url -> url.endsWith("RetryInfo"));
  }

  /** What names ten thousand fields would not fit into what a client takes as the end of a call. */
  @Test
  void tooManyViolations_areNamedInPart_andCounted() {
    List<FieldViolation> many =
        IntStream.range(0, 10_000)
            .mapToObj(i -> new FieldViolation("scopes[%d]".formatted(i), "no scope"))
            .toList();

    ApiException refusal = ApiException.invalid(many);

    assertThat(refusal.violations()).isEqualTo(many.subList(0, 20));
    assertThat(refusal.explanation()).endsWith("; and 9980 more");
  }
}
