"""Programs that talk to Odoo the two ways it offers, and a browserless visitor of the portal."""

import http.cookiejar
import json
import urllib.error
import urllib.parse
import urllib.request
import xmlrpc.client
from functools import cached_property
from pathlib import Path

SCRIPTS = Path(__file__).parent / "scripts"


class Refused(Exception):
    """The server refused a call; ``status`` is the HTTP status where there is one."""

    def __init__(self, message, status=None):
        super().__init__(message)
        self.status = status


class Served:
    """A served database."""

    def __init__(self, erp, database, port):
        self.erp = erp
        self.database = database
        self.url = f"http://127.0.0.1:{port}"

    def xmlrpc(self, login, password=None):
        """A client of the old protocol, logged in."""
        return XmlRpc(self.url, self.database, login, password or login)

    def json2(self, login):
        """A client of the new protocol, with a fresh API key of the user."""
        return Json2(self.url, self.database, self.api_key(login))

    def api_key(self, login):
        printed = self.erp.databases.run_script(SCRIPTS / "api_key.py", self.database, login=login)
        return next(line[5:] for line in printed.splitlines() if line.startswith("key: ")).strip()

    def visitor(self):
        """A browserless visitor with cookies of its own."""
        return Visitor(self.url)


class XmlRpc:
    """XML-RPC as a program uses it."""

    def __init__(self, url, database, login, password):
        self.database, self.password = database, password
        common = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/common")
        self.uid = common.authenticate(database, login, password, {})
        if not self.uid:
            raise Refused(f"{login} cannot log in")
        self.proxy = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/object")

    def call(self, model, method, ids=None, *args, **named):
        """Call a method on records (``ids``) or on the model (``ids=None``)."""
        positional = list(args) if ids is None else [ids, *args]
        try:
            return self.proxy.execute_kw(
                self.database, self.uid, self.password, model, method, positional, named
            )
        except xmlrpc.client.Fault as fault:
            raise Refused(fault.faultString) from fault


class Json2:
    """JSON-2 as a program uses it: named arguments only, errors as HTTP statuses."""

    def __init__(self, url, database, key):
        self.url, self.database, self.key = url, database, key

    def call(self, model, method, ids=None, **named):
        """Call a method on records (``ids``) or on the model (``ids=None``)."""
        body = {**named, **({"ids": ids} if ids is not None else {})}
        request = urllib.request.Request(
            f"{self.url}/json/2/{model}/{method}",
            data=json.dumps(body).encode(),
            headers={
                "Authorization": f"bearer {self.key}",
                "Content-Type": "application/json",
                "X-Odoo-Database": self.database,
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as error:
            raise Refused(error.read().decode(), error.code) from error


class Visitor:
    """Fetches pages and posts forms, keeping cookies."""

    def __init__(self, url):
        self.url = url
        self.cookies = http.cookiejar.CookieJar()

    @cached_property
    def _opener(self):
        return urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path):
        """Status, address after redirects, and text of a page."""
        return self._open(urllib.request.Request(self.url + path))

    def post(self, path, **values):
        """Post a form."""
        data = urllib.parse.urlencode(values).encode()
        return self._open(urllib.request.Request(self.url + path, data=data))

    def _open(self, request):
        try:
            with self._opener.open(request, timeout=120) as reply:
                return reply.status, reply.url, reply.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.url, error.read().decode()
