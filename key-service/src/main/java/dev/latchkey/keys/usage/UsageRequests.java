package dev.latchkey.keys.usage;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.validation.Fields;
import dev.latchkey.proto.keys.v1.UsageBucketSize;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/** Reads what the requests have in common. */
final class UsageRequests {
  static final int MOST_BUCKETS = 1_500;

  private UsageRequests() {}

  static BucketSize size(Fields in, UsageBucketSize size) {
    return switch (in.known("bucket_size", size)) {
      case USAGE_BUCKET_SIZE_MINUTE -> BucketSize.MINUTE;
      case USAGE_BUCKET_SIZE_DAY -> BucketSize.DAY;
      case USAGE_BUCKET_SIZE_HOUR, USAGE_BUCKET_SIZE_UNSPECIFIED, UNRECOGNIZED -> BucketSize.HOUR;
    };
  }

  /** From the beginning of a bucket to the end that is given, or to now. */
  static Span span(
      Fields in,
      boolean hasStart,
      Timestamp startTime,
      boolean hasEnd,
      Timestamp endTime,
      BucketSize size,
      Instant now) {
    Instant start = in.optionalTime("start_time", hasStart, startTime);
    Instant end = in.optionalTime("end_time", hasEnd, endTime);
    if (!hasStart) {
      in.refuse("start_time", "missing", "a time");
    }
    if (start == null || (hasEnd && end == null)) {
      return new Span(now, now);
    }
    if (end == null) {
      if (start.isAfter(now)) {
        in.refuse("start_time", start.toString(), "a time in the past, or end_time after it");
      }
      // The present moment is within.
      end = now.plusMillis(1);
    } else if (!end.isAfter(start)) {
      in.refuse("end_time", end.toString(), "after start_time, " + start);
    }
    return new Span(size.floor(start), end);
  }

  /** Refuses a stretch of too many buckets. */
  static void bound(Fields in, Span span, BucketSize size) {
    long buckets =
        Math.ceilDiv(
            Duration.between(span.start(), span.end()).toMillis(), size.length().toMillis());
    if (buckets > MOST_BUCKETS) {
      in.refuse(
          "start_time",
          "%d buckets of a %s up to end_time".formatted(buckets, size.text()),
          "at most " + MOST_BUCKETS);
    }
  }

  /** What a page token holds for: this caller and this request, whatever the page. */
  static String pageBinding(Caller caller, Message filters) {
    return "ListKeyUsage "
        + caller.keyId()
        + " "
        + Base64.getEncoder().encodeToString(filters.toByteArray());
  }
}
