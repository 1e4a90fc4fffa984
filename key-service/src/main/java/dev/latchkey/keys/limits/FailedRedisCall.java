package dev.latchkey.keys.limits;

import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A call to Redis that failed before it was sent. */
final class FailedRedisCall<V> extends CompletableFuture<V> implements RedisFuture<V> {
  private final String error;

  FailedRedisCall(String error) {
    this(new RedisException(error));
  }

  FailedRedisCall(RuntimeException failure) {
    this.error = String.valueOf(failure.getMessage());
    completeExceptionally(failure);
  }

  @Override
  public String getError() {
    return error;
  }

  @Override
  public boolean await(long timeout, TimeUnit unit) {
    return true;
  }
}
