package dev.latchkey.keys.limits;

import io.github.bucket4j.redis.lettuce.RedisApi;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What bucket4j asks of Redis, over whatever connection there is at the moment. Never throws: a
 * bucket whose call throws would wait for it for ever. Safe for use by many threads.
 *
 * @param <K> the type of keys. A parameter, because bucket4j gives arrays of keys that are arrays
 *     of objects, which a class for texts alone would refuse
 */
final class RedisCalls<K> implements RedisApi<K> {
  private final Supplier<@Nullable RedisClusterAsyncCommands<K, byte[]>> connection;

  RedisCalls(Supplier<@Nullable RedisClusterAsyncCommands<K, byte[]>> connection) {
    this.connection = connection;
  }

  @Override
  public <V> RedisFuture<V> eval(String script, ScriptOutputType type, K[] keys, byte[][] values) {
    return call(commands -> commands.eval(script, type, keys, values));
  }

  @Override
  public RedisFuture<byte[]> get(K key) {
    return call(commands -> commands.get(key));
  }

  @Override
  @SuppressWarnings("unchecked") // The array that the varargs make is read only.
  public RedisFuture<?> delete(K key) {
    return call(commands -> commands.del(key));
  }

  /** Makes a call; what comes of it has failed where there is no connection. */
  <V> RedisFuture<V> call(Function<RedisClusterAsyncCommands<K, byte[]>, RedisFuture<V>> call) {
    RedisClusterAsyncCommands<K, byte[]> commands = connection.get();
    if (commands == null) {
      return new FailedRedisCall<>("not connected");
    }
    try {
      return call.apply(commands);
    } catch (RuntimeException failure) {
      return new FailedRedisCall<>(failure);
    }
  }
}
