#include <optional>

#include "services/triage/calendar_parser.h"
#include "services/triage/configuration_parser.h"

namespace switchboard::triage {

void ConfigurationParser::ReadCalendar(const Node& node, const Path& field, Calendar* calendar) {
  CalendarParts parts;
  in_.ReadMap(node, field,
              {{"id", true, UniqueId(&calendar->id, &calendar_ids_, "calendar")},
               {"time_zone", true, TimeZoneReader(in_, &parts)},
               {"hours", true, HoursReader(in_, &parts)},
               {"holidays", false, HolidaysReader(in_, &parts)}});
  calendar->hours = MakeCalendar(calendar->id, parts);
}

void ConfigurationParser::ReadQueue(const Node& node, const Path& field, QueueSettings* queue) {
  const auto read_retry = [this, queue](const Node& each, const Path& path) {
    in_.ReadMap(each, path,
                {{"initial", false, Duration(&queue->retry_initial)}, {"max", false, Duration(&queue->retry_max)}});
    if (queue->retry_max < queue->retry_initial) in_.Fail(each, path, "max must not be shorter than initial");
  };
  in_.ReadMap(node, field,
              {{"id", true, UniqueId(&queue->id, &queue_ids_, "queue")},
               {"name", true, Localized(&queue->name, kMostNameBytes)},
               {"calendar", false, ReferenceTo(&queue->calendar, &calendar_references_)},
               {"service_level", false, ServiceLevelReader(in_, &queue->service_level)},
               {"resolution", false, ResolutionReader(in_, &queue->resolution)},
               {"lease", false, Duration(&queue->lease)},
               {"max_attempts", false, Integer(&queue->max_attempts, 1, 1000)},
               {"retry", false, read_retry}});
}

void ConfigurationParser::ReadConditions(const Node& node, const Path& field, Route* route) {
  const auto read_topics = [this, route](const Node& each, const Path& path) {
    in_.ReadList(each, path, kMostMentions, [&](const Node& item, const Path& item_path) {
      std::string id;
      ReferenceTo(&id, &topic_references_)(item, item_path);
      if (!id.empty()) route->topics.push_back(id);
    });
  };
  const auto read_languages = [this, route](const Node& each, const Path& path) {
    in_.ReadList(each, path, kMostMentions, [&](const Node& item, const Path& item_path) {
      std::string language;
      Language(&language, true)(item, item_path);
      if (!language.empty()) route->languages.push_back(language);
    });
  };
  const auto read_areas = [this, route](const Node& each, const Path& path) {
    in_.ReadList(each, path, kMostMentions, [&](const Node& item, const Path& item_path) {
      std::string area;
      Id (&area)(item, item_path);
      if (!area.empty()) route->areas.push_back(area);
    });
  };
  const auto read_visibility = [this, route](const Node& each, const Path& path) {
    const auto visibility = each.IsScalar() ? ParseVisibility(each.Scalar()) : std::nullopt;
    if (!visibility) return in_.Fail(each, path, "must be PUBLIC or PRIVATE");
    route->visibility = *visibility;
  };
  in_.ReadMap(node, field,
              {{"topics", false, read_topics},
               {"channels", false, Channels(&route->channels)},
               {"languages", false, read_languages},
               {"areas", false, read_areas},
               {"visibility", false, read_visibility}});
}

void ConfigurationParser::ReadRoute(const Node& node, const Path& field, Route* route) {
  const auto read_overflow = [this, route](const Node& each, const Path& path) {
    Overflow overflow;
    in_.ReadMap(each, path,
                {{"after", true, Duration(&overflow.after)},
                 {"queue", true, ReferenceTo(&overflow.queue, &queue_references_)}});
    route->overflow = overflow;
  };
  in_.ReadMap(node, field,
              {{"id", true, UniqueId(&route->id, &route_ids_, "route")},
               {"when", false, [=, this](const Node& each, const Path& path) { ReadConditions(each, path, route); }},
               {"queue", true, ReferenceTo(&route->queue, &queue_references_)},
               {"priority", false, PriorityOf(&route->priority, false)},
               {"overflow", false, read_overflow}});
}

}  // namespace switchboard::triage
