// Loads a RabbitMQ quorum queue the way switchboard_load loads Switchboard: persistent messages, publisher confirms,
// manual acknowledgements. One thread and one connection a publisher and a consumer. Prints one JSON object.
#include <amqp.h>
#include <amqp_tcp_socket.h>
#include <poll.h>
#include <sys/prctl.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <deque>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/bodies.h"
#include "tests/bench/load_recorder.h"

namespace switchboard::bench {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

constexpr amqp_channel_t kChannel = 1;

struct Options {
  int port = 5672;
  std::string queue = "bench";
  std::string samples;
  int publishers = 2;
  int consumers = 2;
  int window = 256;    // unconfirmed messages a publisher
  int prefetch = 256;  // unacknowledged messages a consumer
  int body_bytes = 512;
  double rate = 0;  // messages/s of all publishers; 0: as fast as the window allows
  double seconds = 5;
  double warmup = 1;
};

amqp_bytes_t Bytes(const std::string& text) { return {text.size(), const_cast<char*>(text.data())}; }

// One connection with one channel. Used by one thread.
class Connection {
 public:
  explicit Connection(int port) : state_(amqp_new_connection()) {
    amqp_socket_t* socket = amqp_tcp_socket_new(state_);
    if (amqp_socket_open(socket, "127.0.0.1", port) != AMQP_STATUS_OK) throw std::runtime_error("cannot connect");
    Check(amqp_login(state_, "/", 0, AMQP_DEFAULT_FRAME_SIZE, 0, AMQP_SASL_METHOD_PLAIN, "guest", "guest"), "login");
    amqp_channel_open(state_, kChannel);
    Check("open a channel");
  }
  ~Connection() { amqp_destroy_connection(state_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  amqp_connection_state_t get() { return state_; }

  void Check(const char* what) { Check(amqp_get_rpc_reply(state_), what); }

  // Waits for a frame until `deadline`; false where none came.
  bool ReadFrame(amqp_frame_t& frame, Clock::time_point deadline) {
    amqp_maybe_release_buffers_on_channel(state_, kChannel);
    if (!HasInput() && !WaitForInput(deadline)) return false;
    const timeval at_once{0, 0};
    const int status = amqp_simple_wait_frame_noblock(state_, &frame, &at_once);
    if (status != AMQP_STATUS_OK && status != AMQP_STATUS_TIMEOUT) throw std::runtime_error(amqp_error_string2(status));
    return status == AMQP_STATUS_OK;
  }

  bool HasInput() { return amqp_frames_enqueued(state_) || amqp_data_in_buffer(state_); }

 private:
  // The library itself waits in whole milliseconds, too coarse for a latency.
  bool WaitForInput(Clock::time_point deadline) {
    const auto left = std::max(nanoseconds::zero(), nanoseconds(deadline - Clock::now()));
    const timespec timeout{left.count() / 1000000000, left.count() % 1000000000};
    pollfd input{amqp_get_sockfd(state_), POLLIN, 0};
    return ppoll(&input, 1, &timeout, nullptr) > 0;
  }

  static void Check(const amqp_rpc_reply_t& reply, const char* what) {
    if (reply.reply_type != AMQP_RESPONSE_NORMAL) throw std::runtime_error(std::string("RabbitMQ: cannot ") + what);
  }

  amqp_connection_state_t state_;
};

void DeclareQuorumQueue(const Options& options) {
  Connection connection(options.port);
  amqp_table_entry_t type{amqp_cstring_bytes("x-queue-type"), {}};
  type.value.kind = AMQP_FIELD_KIND_UTF8;
  type.value.value.bytes = amqp_cstring_bytes("quorum");
  const bool durable = true;
  amqp_queue_declare(connection.get(), kChannel, Bytes(options.queue), false, durable, false, false, {1, &type});
  connection.Check("declare the queue");
}

void DeleteQueue(const Options& options) {
  Connection connection(options.port);
  amqp_queue_delete(connection.get(), kChannel, Bytes(options.queue), false, false);
  connection.Check("delete the queue");
}

class Publisher {
 public:
  Publisher(const Options& options, const Bodies& bodies, LoadRecorder& recorder, int number)
      : options_(options), bodies_(bodies), recorder_(recorder), number_(number), connection_(options.port) {
    amqp_confirm_select(connection_.get(), kChannel);
    connection_.Check("switch confirms on");
  }

  // Publishes until `end`, then waits for the confirms that are due.
  void Run(Clock::time_point end) {
    options_.rate > 0 ? RunAtRate(end) : RunInWindow(end);
    while (!unconfirmed_.empty()) ReadConfirm(Clock::now() + std::chrono::seconds(30));
  }

 private:
  void RunInWindow(Clock::time_point end) {
    while (Clock::now() < end) {
      while (static_cast<int>(unconfirmed_.size()) < options_.window) Publish(Clock::now());
      do {
        ReadConfirm(end);
      } while (connection_.HasInput());
    }
  }

  // Every message is due at its own time, whatever became of those before it.
  void RunAtRate(Clock::time_point end) {
    const nanoseconds step(static_cast<int64_t>(1e9 * options_.publishers / options_.rate));
    Clock::time_point due = Clock::now() + step * number_ / options_.publishers;
    while (due < end) {
      while (Clock::now() < due) ReadConfirm(due);
      Publish(due);
      due += step;
    }
  }

  void Publish(Clock::time_point due) {
    amqp_basic_properties_t properties{};
    properties._flags = AMQP_BASIC_DELIVERY_MODE_FLAG;
    properties.delivery_mode = AMQP_DELIVERY_PERSISTENT;
    const std::string body = bodies_.Make(sent_++, due);
    const int status = amqp_basic_publish(connection_.get(), kChannel, amqp_empty_bytes, Bytes(options_.queue), false,
                                          false, &properties, Bytes(body));
    if (status != AMQP_STATUS_OK) throw std::runtime_error(amqp_error_string2(status));
    unconfirmed_.push_back({next_tag_++, due, false});
  }

  void ReadConfirm(Clock::time_point deadline) {
    amqp_frame_t frame;
    if (!connection_.ReadFrame(frame, deadline)) return;
    if (frame.frame_type != AMQP_FRAME_METHOD || frame.payload.method.id != AMQP_BASIC_ACK_METHOD) {
      throw std::runtime_error("RabbitMQ refused a message");
    }
    const auto& ack = *static_cast<amqp_basic_ack_t*>(frame.payload.method.decoded);
    Confirm(ack.delivery_tag, ack.multiple != 0);
  }

  void Confirm(uint64_t tag, bool multiple) {
    for (Unconfirmed& message : unconfirmed_) {
      if (message.tag > tag) break;
      if (message.confirmed || (!multiple && message.tag != tag)) continue;
      message.confirmed = true;
      recorder_.Submitted(1, message.due);
    }
    while (!unconfirmed_.empty() && unconfirmed_.front().confirmed) unconfirmed_.pop_front();
  }

  struct Unconfirmed {
    uint64_t tag;
    Clock::time_point due;
    bool confirmed;
  };

  const Options& options_;
  const Bodies& bodies_;
  LoadRecorder& recorder_;
  const int number_;
  Connection connection_;
  uint64_t sent_ = 0;
  uint64_t next_tag_ = 1;
  std::deque<Unconfirmed> unconfirmed_;
};

class Consumer {
 public:
  Consumer(const Options& options, LoadRecorder& recorder) : recorder_(recorder), connection_(options.port) {
    amqp_basic_qos(connection_.get(), kChannel, 0, static_cast<uint16_t>(options.prefetch), false);
    const bool no_ack = false;
    amqp_basic_consume(connection_.get(), kChannel, Bytes(options.queue), amqp_empty_bytes, false, no_ack, false,
                       amqp_empty_table);
    connection_.Check("consume");
  }

  // Acknowledges whatever arrived together with one frame, which is the cheapest for the broker.
  void Run(const std::atomic<bool>& stop) {
    while (!stop) {
      if (!Receive()) continue;
      ++received_;
      if (connection_.HasInput()) continue;
      amqp_basic_ack(connection_.get(), kChannel, last_tag_, true);
      recorder_.Completed(received_);
      received_ = 0;
    }
  }

 private:
  bool Receive() {
    amqp_maybe_release_buffers_on_channel(connection_.get(), kChannel);
    const timeval timeout{0, 100000};
    amqp_envelope_t envelope;
    const amqp_rpc_reply_t reply = amqp_consume_message(connection_.get(), &envelope, &timeout, 0);
    if (reply.reply_type != AMQP_RESPONSE_NORMAL) {
      if (reply.library_error == AMQP_STATUS_TIMEOUT) return false;
      throw std::runtime_error("RabbitMQ: the consumer's connection is lost");
    }
    recorder_.Delivered(StampOf({static_cast<char*>(envelope.message.body.bytes), envelope.message.body.len}));
    last_tag_ = envelope.delivery_tag;
    amqp_destroy_envelope(&envelope);
    return true;
  }

  LoadRecorder& recorder_;
  Connection connection_;
  uint64_t last_tag_ = 0;
  int64_t received_ = 0;
};

nanoseconds FromSeconds(double seconds) { return nanoseconds(static_cast<int64_t>(seconds * 1e9)); }

// Publishes for `seconds` and waits until everything is consumed.
void Phase(const Options& options, std::vector<std::unique_ptr<Publisher>>& publishers, const LoadRecorder& recorder,
           double seconds) {
  const Clock::time_point end = Clock::now() + FromSeconds(seconds);
  {
    std::vector<std::jthread> threads;
    for (auto& publisher : publishers) threads.emplace_back([&publisher, end] { publisher->Run(end); });
  }
  while (options.consumers > 0 && recorder.in_flight() > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

void Run(const Options& options) {
  const Bodies bodies(options.samples, options.body_bytes);
  LoadRecorder recorder(std::chrono::hours(1));
  DeclareQuorumQueue(options);
  std::vector<std::unique_ptr<Publisher>> publishers;
  for (int i = 0; i < options.publishers; ++i) {
    publishers.push_back(std::make_unique<Publisher>(options, bodies, recorder, i));
  }
  std::atomic<bool> stop = false;
  std::vector<std::jthread> consumers;
  for (int i = 0; i < options.consumers; ++i) {
    consumers.emplace_back([&] { Consumer(options, recorder).Run(stop); });
  }
  Phase(options, publishers, recorder, options.warmup);
  recorder.Begin();
  Phase(options, publishers, recorder, options.seconds);
  std::cout << recorder.ToJson().dump() << std::endl;
  stop = true;
  consumers.clear();
  DeleteQueue(options);
}

Options Parse(int argc, char** argv) {
  Options options;
  CLI::App program("Loads a RabbitMQ quorum queue");
  program.add_option("--port", options.port)->required();
  program.add_option("--samples", options.samples, "JSON lines that bodies are made of")->required();
  program.add_option("--queue", options.queue);
  program.add_option("--publishers", options.publishers);
  program.add_option("--consumers", options.consumers);
  program.add_option("--window", options.window, "unconfirmed messages a publisher");
  program.add_option("--prefetch", options.prefetch, "unacknowledged messages a consumer");
  program.add_option("--body-bytes", options.body_bytes);
  program.add_option("--rate", options.rate, "messages a second; 0: as fast as the window allows");
  program.add_option("--seconds", options.seconds);
  program.add_option("--warmup", options.warmup, "seconds before it measures");
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(program.exit(error));
  }
  return options;
}

}  // namespace
}  // namespace switchboard::bench

int main(int argc, char** argv) {
  prctl(PR_SET_TIMERSLACK, 1);  // messages that are due at a time shall leave at that time
  try {
    switchboard::bench::Run(switchboard::bench::Parse(argc, argv));
  } catch (const std::exception& error) {
    std::cerr << "rabbitmq_load: " << error.what() << std::endl;
    return 1;
  }
}
