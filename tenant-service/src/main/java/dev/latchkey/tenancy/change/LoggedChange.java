package dev.latchkey.tenancy.change;

import com.google.protobuf.ByteString;
import java.time.Instant;

/** A change as it stands in the log; {@code payload} is {@link Change#payload}. */
public record LoggedChange(long revision, ByteString payload, Instant commitTime) {}
