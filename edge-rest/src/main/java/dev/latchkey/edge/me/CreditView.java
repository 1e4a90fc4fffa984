package dev.latchkey.edge.me;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.google.protobuf.util.Timestamps;
import dev.latchkey.proto.keys.v1.CreditState;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import org.jspecify.annotations.Nullable;

/**
 * An account of credits, as it stands.
 *
 * @param nodeId the node it belongs to; null for the key's own
 * @param remaining what is left
 * @param nextRefillTime RFC 3339; null where it is never filled up
 */
@Serdeable.Serializable(naming = SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.ALWAYS)
record CreditView(@Nullable String nodeId, long remaining, @Nullable String nextRefillTime) {
  static CreditView of(CreditState credits) {
    return new CreditView(
        Me.orNull(credits.getNode().getId()),
        credits.getRemaining(),
        credits.hasNextRefillTime() ? Timestamps.toString(credits.getNextRefillTime()) : null);
  }
}
