package dev.latchkey.tenancy.testing;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An error as a client reads it.
 *
 * @param fields the fields that were refused
 */
public record Refusal(
    Status.Code code, String reason, Map<String, String> metadata, List<String> fields) {

  /** The error that a call ends with. Fails if it does not. */
  public static Refusal of(Runnable call) {
    try {
      call.run();
    } catch (StatusRuntimeException error) {
      return of(error);
    }
    throw new AssertionError("the call was not refused");
  }

  /** Reads an error, which there must be. */
  public static Refusal of(@Nullable Throwable error) {
    com.google.rpc.Status status =
        Objects.requireNonNull(StatusProto.fromThrowable(Objects.requireNonNull(error)));
    ErrorInfo info = ErrorInfo.getDefaultInstance();
    List<String> fields = new ArrayList<>();
    try {
      for (Any detail : status.getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          info = detail.unpack(ErrorInfo.class);
        } else if (detail.is(BadRequest.class)) {
          detail
              .unpack(BadRequest.class)
              .getFieldViolationsList()
              .forEach(violation -> fields.add(violation.getField()));
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
    return new Refusal(
        Status.fromCodeValue(status.getCode()).getCode(),
        info.getReason(),
        info.getMetadataMap(),
        fields);
  }
}
