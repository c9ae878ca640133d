"""What gunicorn serves. The database must be running: `edu run` starts it first."""

from edu.app import create_app
from edu.config import Settings
from edu.database import urls

settings = Settings.from_environ()
app = create_app(settings, urls(settings).application)
