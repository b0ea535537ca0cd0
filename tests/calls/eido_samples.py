"""EIDO documents for tests, in the shape of the standard's own samples."""

from typing import Any

PIDF = """  <?xml version="1.0" encoding="UTF-8"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10"
 xmlns:gml="http://www.opengis.net/gml" entity="pres:a@example.com"><gp:geopriv><gp:location-info>{inside}
</gp:location-info></gp:geopriv></presence>"""
CIVIC = """<civicAddress xmlns="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr"><country>US</country><A1>MA</A1>
<A3>Testville</A3><RD>Elm</RD><STS>St</STS><HNO>1</HNO></civicAddress>"""
BOMB = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;">
<!ENTITY lol3 "&lol2;&lol2;&lol2;&lol2;">]><presence>&lol3;</presence>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]><p>&x;</p>"""


def point(lat: float, long: float) -> str:
    """A PIDF-LO document with a point."""
    return PIDF.format(
        inside=f'<gml:Point><gml:pos srsName="urn:ogc:def:crs:EPSG::4326">{lat} {long}</gml:pos></gml:Point>'
    )


def eido(number: object = 1, *, notes: str = "<p>A window was broken.</p>", location: str = "", **changes: Any) -> Any:
    """One document: a broken window at 1 Elm St, called in on 15 June 2026 at noon."""
    location = location or PIDF.format(inside=CIVIC)
    document = {
        "$id": f"urn:emergency:uid:incidentid:{number}:psap.example.gov",
        "lastUpdateTimeStamp": "2026-06-15T16:05:00.0Z",
        "updatedByAgencyReference": {"$ref": "psap.example.gov"},
        "eidoVersion": "1.0",
        "issuingElementIdentification": "idx.example.gov",
        "agencyComponent": [{"$id": "psap.example.gov"}],
        "incidentComponent": [{
            "$id": f"incident-{number}",
            "incidentTypeCommonRegistryText": "VANDAL",
            "incidentTypeInternalText": "Vandalism, cold",
            "incidentCommonPriorityNumber": 3,
            "locationReference": [{"$ref": "there"}],
        }],
        "callComponent": [{
            "$id": f"urn:emergency:uid:callid:{number}:psap.example.gov",
            "callStateRegistryText": "callAnswered",
            "direction": "incoming",
            "callStartTimestamp": "2026-06-15T12:00:00.0-04:00",
            "answerDate": "2026-06-15T16:00:09.0Z",
        }],
        "locationComponent": [
            {"$id": "routed", "locationTypeDescriptionRegistryText": "RoutingLocation", "locationByValue": point(1, 2)},
            {"$id": "there", "locationTypeDescriptionRegistryText": "Caller", "locationByValue": location},
        ],
        "callbackComponent": [{"$id": "cb", "callBackInformationUri": ["sip:1@osp.example", "tel:+15855550100;x=1"]}],
        "personComponent": [{"$id": "p", "personIncidentRoleRegistryText": ["Caller"], "personGivenName": "Ann",
                             "personSurName": "Lee"}],
        "notesComponent": [{"$id": "n", "notesActionComments": notes}],
    }  # fmt: skip
    return {**document, **changes}
