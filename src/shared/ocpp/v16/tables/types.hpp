#pragma once

#include "shared/ocpp/v16/tables/members.hpp"

// Types that several messages share (OCPP 1.6 section 7, security whitepaper section 4).
namespace voltlane::ocpp::v16::tables {

using choices = const std::string_view[];

inline constexpr schema nothing{};

inline constexpr choices accepted_rejected = {"Accepted", "Rejected"};
inline constexpr member status_only_members[] = {choice("status", accepted_rejected).need()};
inline constexpr schema status_only{status_only_members};

inline constexpr choices authorization_status = {"Accepted", "Blocked", "Expired", "Invalid", "ConcurrentTx"};
inline constexpr member id_tag_info_members[] = {
    choice("status", authorization_status).need(),
    date_time("expiryDate"),
    text("parentIdTag", 20),
};
inline constexpr schema id_tag_info{id_tag_info_members};

inline constexpr choices data_transfer_status = {"Accepted", "Rejected", "UnknownMessageId",
                                                 "UnknownVendorId"};
inline constexpr member data_transfer_answer_members[] = {
    choice("status", data_transfer_status).need(),
    text("data"),
};
inline constexpr schema data_transfer_answer{data_transfer_answer_members};

inline constexpr choices rate_unit = {"A", "W"};
inline constexpr choices profile_purpose = {"ChargePointMaxProfile", "TxDefaultProfile", "TxProfile"};
inline constexpr choices profile_kind = {"Absolute", "Recurring", "Relative"};
inline constexpr choices recurrency = {"Daily", "Weekly"};
inline constexpr member schedule_period_members[] = {
    integer("startPeriod").need().at_least(0),
    decimal("limit").need(),
    integer("numberPhases"),
};
inline constexpr schema schedule_period{schedule_period_members};
inline constexpr member charging_schedule_members[] = {
    integer("duration").at_least(0),
    date_time("startSchedule"),
    choice("chargingRateUnit", rate_unit).need(),
    list("chargingSchedulePeriod", schedule_period).need().items(1),
    decimal("minChargingRate"),
};
inline constexpr schema charging_schedule{charging_schedule_members};
inline constexpr member charging_profile_members[] = {
    integer("chargingProfileId").need(),
    integer("transactionId"),
    integer("stackLevel").need().at_least(0),
    choice("chargingProfilePurpose", profile_purpose).need(),
    choice("chargingProfileKind", profile_kind).need(),
    choice("recurrencyKind", recurrency),
    date_time("validFrom"),
    date_time("validTo"),
    object("chargingSchedule", charging_schedule).need(),
};
inline constexpr schema charging_profile{charging_profile_members};

inline constexpr choices hash_algorithm = {"SHA256", "SHA384", "SHA512"};
inline constexpr member certificate_hash_members[] = {
    choice("hashAlgorithm", hash_algorithm).need(),
    text("issuerNameHash", 128).need().filled(),
    text("issuerKeyHash", 128).need().filled(),
    text("serialNumber", 40).need().filled(),
};
inline constexpr schema certificate_hash{certificate_hash_members};
inline constexpr choices certificate_use = {"CentralSystemRootCertificate", "ManufacturerRootCertificate"};

} // namespace voltlane::ocpp::v16::tables
