package dev.latchkey.kit.grpc;

import dev.latchkey.kit.net.Connections;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Stands where connections are accepted: closes at once those that are too many, and after a time
 * those that do not begin to speak. The transport itself would wait for a preface for ever.
 */
final class ConnectionGuard extends ChannelInboundHandlerAdapter {
  private final Connections connections;
  private final Duration start;

  /**
   * @param start how long a connection may take until its handshake and preface are done
   */
  ConnectionGuard(Connections connections, Duration start) {
    this.connections = connections;
    this.start = start;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object accepted) {
    Channel connection = (Channel) accepted;
    if (!connections.tryOpen()) {
      connection.unsafe().closeForcibly();
      return;
    }
    var _ = connection.closeFuture().addListener(_ -> connections.closed());
    connection.pipeline().addLast(new StartDeadline(start));
    context.fireChannelRead(accepted);
  }

  /** Closes a connection whose preface is not there in time; leaves the others. */
  private static final class StartDeadline extends ChannelInboundHandlerAdapter {
    private final Duration limit;

    StartDeadline(Duration limit) {
      this.limit = limit;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      var _ =
          context
              .executor()
              .schedule(() -> check(context), limit.toMillis(), TimeUnit.MILLISECONDS);
      context.fireChannelActive();
    }

    private void check(ChannelHandlerContext context) {
      if (context.isRemoved()) {
        return;
      }
      Http2ConnectionHandler protocol = context.pipeline().get(Http2ConnectionHandler.class);
      if (protocol == null || !protocol.decoder().prefaceReceived()) {
        var _ = context.close();
      } else {
        context.pipeline().remove(this);
      }
    }
  }
}
