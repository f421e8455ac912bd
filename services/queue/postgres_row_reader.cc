#include "services/queue/postgres_row_reader.h"

namespace switchboard::queue {

InquiryContent ReadContent(const Row& row, int64_t id, int first_column) {
  int column = first_column;
  const auto next_number = [&] { return static_cast<int16_t>(row.Int(column++)); };
  const auto next_text = [&] { return std::string(row.Text(column++)); };
  InquiryContent content;
  content.id = id;
  content.tenant = row.Int(column++);
  content.channel = next_number();
  content.visibility = next_number();
  content.topic_method = next_number();
  content.unsure = row.Bool(column++);
  content.confidence = static_cast<float>(row.Double(column++));
  content.runner_up_confidence = static_cast<float>(row.Double(column++));
  content.topic = next_text();
  content.runner_up = next_text();
  content.language = next_text();
  content.area = next_text();
  content.route = next_text();
  content.external_id = next_text();
  content.author = next_text();
  content.urgency_signals = next_text();
  content.create_time = row.Time(column++);
  content.first_response_due = row.Time(column++);
  content.text = next_text();
  return content;
}

DueInquiry ReadDueInquiry(const Row& row) {
  return {row.Int64(0), {row.Int(1), Lane::FromNumber(row.Int(2)), row.Int64(3)}};
}

StoredInquiry ReadInquiry(const Row& row) {
  int column = 1 + kContentColumns;
  StoredInquiry inquiry;
  inquiry.content = ReadContent(row, row.Int64(0), 1);
  inquiry.state = static_cast<InquiryState>(row.Int(column++));
  inquiry.queue = row.Int(column++);
  inquiry.priority = Lane::FromNumber(row.Int(column++)).priority();
  inquiry.attempts = row.Int(column++);
  inquiry.topic = std::string(row.OptionalText(column++).value_or(inquiry.content.topic));
  inquiry.disposition = static_cast<int16_t>(row.Int(column++));
  return inquiry;
}

}  // namespace switchboard::queue
