"""A campus app: students and staff register, and `success` of every answer is evaluated."""

from typing import Any

from .pods import NULL, TIME, Pods, typed

PROFILE = (
    "id username email first_name last_name full_name birthday date_of_birth gender user_type role parent_customer_id "
    "is_approved approved_at date_joined phone phone_number"
).split()
DECLARED = (
    "university_id major academic_level enrollment_year department position is_student is_staff_member "
    "student_profile staff_profile"
).split()
STUDENT = {"student_id", "gpa", "credits_completed", "graduation_date"}
STAFF = {"employee_id", "hire_date", "office_location", "office_hours"}


class CampusApp(Pods):
    def judged(self, status: int, method: str, path: str, body: Any = None) -> dict:
        """An answer whose `success` says what its status says; failures carry a message, a 400 its errors twice."""
        answer = self.send(method, path, body)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        found = typed(answer.json(), success=bool)
        assert found["success"] is (status < 300), found
        if status >= 300:
            typed(found, message=str)
        return found

    def register(self, **fields: Any) -> dict:
        body = {"user_type": "student", "birthday": "2001-04-30", "gender": "female"} | fields
        body["confirm_password"] = body["password"]
        answer = self.expect(201, "POST", "/api/auth/register/", body)
        for name in ("username", "email", "first_name", "last_name", "birthday", "gender", "user_type"):
            assert answer[name] == body[name], (name, answer)
        assert not any("password" in name for name in answer)
        return answer

    def log_in(self, username: str, password: str) -> dict:
        answer = self.judged(200, "POST", "/api/auth/login/", {"username": username, "password": password})
        assert answer["message"] == "Login successful"
        typed(answer, access_token=str, refresh_token=str, user=dict)
        self.token, self.refresh = answer["access_token"], answer["refresh_token"]
        self.check_profile(answer["user"])
        return answer["user"]

    def refused_log_in(self, status: int, username: str, password: str) -> dict:
        return self.judged(status, "POST", "/api/auth/login/", {"username": username, "password": password})

    def refresh_access(self) -> None:
        answer = self.judged(200, "POST", "/api/auth/refresh/", {"refresh_token": self.refresh})
        self.token = typed(answer, access_token=str)["access_token"]

    def profile(self) -> dict:
        return self.check_twice(self.judged(200, "GET", "/api/auth/profile/"))

    def change_profile(self, method: str = "PUT", **fields: Any) -> dict:
        return self.check_twice(self.judged(200, method, "/api/auth/profile/", fields))

    def refused_change(self, **fields: Any) -> dict:
        answer = self.judged(400, "PATCH", "/api/auth/profile/", fields)
        assert answer["message"] == "Validation failed"
        for name, messages in answer["errors"].items():
            assert answer[name] == messages
            assert all(type(message) is str for message in messages)
        return answer["errors"]

    def log_out(self) -> None:
        answer = self.judged(200, "POST", "/api/auth/logout/", {"refresh_token": self.refresh})
        assert answer["message"] == "Logout successful"

    def check_twice(self, answer: dict) -> dict:
        for name in PROFILE + DECLARED:
            assert answer[name] == answer["user"][name], name
        return self.check_profile(answer["user"])

    @staticmethod
    def check_profile(user: dict) -> dict:
        typed(user, id=int, username=str, email=str, first_name=str, last_name=str, full_name=str, role=str)
        typed(user, birthday=(str, NULL), gender=(str, NULL), user_type=(str, NULL), parent_customer_id=(int, NULL))
        typed(user, is_approved=bool, approved_at=(str, NULL), date_joined=str, phone=(str, NULL))
        typed(user, is_student=bool, is_staff_member=bool, student_profile=(dict, NULL), staff_profile=(dict, NULL))
        typed(user, enrollment_year=(int, NULL), academic_level=(str, NULL), university_id=(str, NULL))
        assert set(DECLARED) <= set(user)
        assert (user["birthday"], user["phone"]) == (user["date_of_birth"], user["phone_number"])
        assert user["full_name"] == f"{user['first_name']} {user['last_name']}".strip()
        assert TIME.fullmatch(user["date_joined"])
        assert user["is_student"] is (user["user_type"] == "student")
        assert user["is_staff_member"] is (user["user_type"] == "staff")
        assert (user["student_profile"] is not None) is user["is_student"]
        assert (user["staff_profile"] is not None) is user["is_staff_member"]
        if user["is_student"]:
            assert set(user["student_profile"]) == STUDENT
        if user["is_staff_member"]:
            assert set(user["staff_profile"]) == STAFF
        return user
