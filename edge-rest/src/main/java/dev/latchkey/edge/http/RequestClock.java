package dev.latchkey.edge.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection whose client takes too long to send a request, or sends many before it has
 * the answers. The framework's idle time starts anew with every byte, so a client that trickles
 * could keep a connection for ever. Has two handlers: one sees bytes, in front of the HTTP codec,
 * and one sees requests and answers, behind it. Belongs to one connection and its thread.
 */
final class RequestClock {
  /** Requests that may wait on one connection for their answers. */
  static final int MOST_PIPELINED = 32;

  private final RequestTimes times;
  private @Nullable Future<?> alarm;
  private int unanswered;

  RequestClock(RequestTimes times) {
    this.times = times;
  }

  /** The handler in front of the HTTP codec. */
  ChannelHandler bytes() {
    return new Bytes();
  }

  /** The handler behind the HTTP codec. */
  ChannelHandler messages() {
    return new Messages();
  }

  private void start(ChannelHandlerContext context, Duration limit) {
    stop();
    alarm =
        context
            .executor()
            .schedule(
                () -> {
                  var _ = context.close();
                },
                limit.toMillis(),
                TimeUnit.MILLISECONDS);
  }

  private void stop() {
    Future<?> present = alarm;
    if (present != null) {
      present.cancel(false);
      alarm = null;
    }
  }

  private final class Bytes extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
      if (alarm == null) {
        start(context, times.head());
      }
      context.fireChannelRead(bytes);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      stop();
      context.fireChannelInactive();
    }
  }

  private final class Messages extends ChannelDuplexHandler {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpRequest) {
        unanswered++;
        start(context, times.body());
        if (unanswered > MOST_PIPELINED) {
          var _ = context.close();
        }
      }
      if (message instanceof LastHttpContent) {
        stop();
      }
      context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      if (message instanceof HttpResponse response
          && !response.status().equals(HttpResponseStatus.CONTINUE)) {
        unanswered--;
      }
      var _ = context.write(message, promise);
    }
  }
}
