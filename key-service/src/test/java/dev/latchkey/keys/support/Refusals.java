package dev.latchkey.keys.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import dev.latchkey.kit.errors.Errors;
import dev.latchkey.proto.errors.v1.ErrorReason;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Reads what a refused call answered. */
public record Refusals(
    Status.Code code, String reason, Map<String, String> metadata, List<String> fields) {

  /** The refusal of a call; fails if it is not refused, or without an ErrorInfo of ours. */
  public static Refusals of(ThrowingCallable call) {
    StatusRuntimeException thrown = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(thrown).as("the call is refused").isNotNull();
    com.google.rpc.Status status = StatusProto.fromThrowable(thrown);
    assertThat(status).isNotNull();
    ErrorInfo info = detail(status, ErrorInfo.class, ErrorInfo.getDefaultInstance());
    assertThat(info.getDomain()).isEqualTo(Errors.DOMAIN);
    BadRequest badRequest = detail(status, BadRequest.class, BadRequest.getDefaultInstance());
    return new Refusals(
        thrown.getStatus().getCode(),
        info.getReason(),
        info.getMetadataMap(),
        badRequest.getFieldViolationsList().stream()
            .map(BadRequest.FieldViolation::getField)
            .toList());
  }

  private static <T extends com.google.protobuf.Message> T detail(
      com.google.rpc.Status status, Class<T> type, T absent) {
    for (Any any : status.getDetailsList()) {
      if (any.is(type)) {
        try {
          return any.unpack(type);
        } catch (InvalidProtocolBufferException e) {
          throw new AssertionError(e);
        }
      }
    }
    return absent;
  }

  public void hasReason(ErrorReason expected) {
    assertThat(reason).isEqualTo(Errors.wireName(expected));
    assertThat(code).isEqualTo(Errors.codeOf(expected));
  }
}
